// Renews the page of today in place, so that neither focus nor place on the page is lost. The button stops it.
"use strict";
{
  const box = document.getElementById("fresh");
  const button = box.querySelector("button");
  const ms = Number(box.dataset.seconds) * 1000;
  let isHeld = false;

  const label = () => {
    button.textContent = isHeld ? box.dataset.renew : box.dataset.hold;
  };

  const renew = async () => {
    const shown = document.getElementById("now");
    if (isHeld || document.hidden || !shown || shown.contains(document.activeElement)) return;
    let answer;
    try {
      answer = await fetch("/today");
    } catch {
      return; // offline: the time on the page says how old it is
    }
    if (!answer.ok) return;
    if (new URL(answer.url).pathname !== "/today") {
      location.reload(); // signed out
      return;
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const content = fresh.getElementById("now");
    if (!content || isHeld || shown.contains(document.activeElement)) return;
    shown.replaceChildren(...content.childNodes);
    document.getElementById("at").textContent = fresh.getElementById("at").textContent;
  };

  button.hidden = false;
  label();
  button.addEventListener("click", () => {
    isHeld = !isHeld;
    label();
    renew();
  });
  setInterval(renew, ms);
}
