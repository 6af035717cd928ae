"""The message with which a window manager asks a window to close (ICCCM 4.2.8.1, WM_DELETE_WINDOW)."""

from ctypes import CDLL, POINTER, Structure, byref, c_char_p, c_int, c_long, c_ulong, c_void_p


class ClientMessage(Structure):
    """XClientMessageEvent, filled up to the size of an XEvent."""

    _fields_ = [
        ("type", c_int),
        ("serial", c_ulong),
        ("send_event", c_int),
        ("display", c_void_p),
        ("window", c_ulong),
        ("message_type", c_ulong),
        ("format", c_int),
        ("data", c_long * 5),
        ("_rest", c_long * 12),
    ]


CLIENT_MESSAGE = 33  # X.h


def ask_to_close(display: str, window: int) -> None:
    """Send it to that window."""
    x = CDLL("libX11.so.6")
    x.XOpenDisplay.restype, x.XOpenDisplay.argtypes = c_void_p, [c_char_p]
    x.XInternAtom.restype, x.XInternAtom.argtypes = c_ulong, [c_void_p, c_char_p, c_int]
    x.XSendEvent.argtypes = [c_void_p, c_ulong, c_int, c_long, POINTER(ClientMessage)]
    x.XCloseDisplay.argtypes = [c_void_p]
    server = x.XOpenDisplay(display.encode())
    assert server, f"no display {display}"
    protocols, delete = (x.XInternAtom(server, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
    message = ClientMessage(type=CLIENT_MESSAGE, window=window, message_type=protocols, format=32)
    message.data[0] = delete
    x.XSendEvent(server, window, 0, 0, byref(message))
    x.XCloseDisplay(server)
