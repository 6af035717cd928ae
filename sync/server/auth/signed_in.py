"""Who asks for a page, and what they may see and change, in one dependency."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from sync.server.auth.accounts import Account
from sync.server.auth.current_account import AccountDep, ScopeDep
from sync.server.auth.scope import Scope


@dataclass(frozen=True)
class SignedIn:
    """The account that is signed in, with its scope."""

    account: Account
    scope: Scope


async def signed_in(account: AccountDep, scope: ScopeDep) -> SignedIn:
    """Raises as current_account.current_account does."""
    return SignedIn(account, scope)


SignedInDep = Annotated[SignedIn, Depends(signed_in)]
