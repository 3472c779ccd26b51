#!/usr/bin/python3
"""Plays the tray and the notification area of a throw-away desktop.

Usage: recorder.py RECORDS CONTROL

What programs show is appended to RECORDS, one JSON object a line: `notification`, `tray`, `tray_gone`,
`notification_closed`. The Unix socket CONTROL takes one JSON object a line and answers each with one:

    {"do": "menu"}                                  -> {"labels": [...]}
    {"do": "click", "label": "Quit"}                -> {"clicked": true}
    {"do": "act", "notification": 1, "action": "default"} -> {"acted": true}

Standard output says `ready` once the names are owned, and `keychain` once somebody provides one.
"""

import json
import sys
import time

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import Gio, GLib

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
NOTIFICATIONS = "org.freedesktop.Notifications"
MENU = "com.canonical.dbusmenu"
PROPERTIES = "org.freedesktop.DBus.Properties"
SECRETS = "org.freedesktop.secrets"
CLOSED_BY_CALL = 3


class Records:
    """The file that a test reads."""

    def __init__(self, path):
        self.file = open(path, "a", buffering=1, encoding="utf-8")

    def add(self, event, **fields):
        # Milliseconds since the epoch, to be compared with the test's own clock.
        line = {"event": event, "at": time.time() * 1000, **fields}
        self.file.write(json.dumps(line) + "\n")


class Tray(dbus.service.Object):
    """The watcher that tray icons register with."""

    def __init__(self, bus, records):
        super().__init__(bus, "/StatusNotifierWatcher")
        self.bus = bus
        self.records = records
        self.items = []
        bus.add_signal_receiver(
            self.owner_changed, "NameOwnerChanged", "org.freedesktop.DBus"
        )

    def owner_changed(self, name, _old, new):
        if name == SECRETS and new:
            print("keychain", flush=True)
        if new:
            return
        gone = [item for item in self.items if item[0] == name]
        for item in gone:
            self.items.remove(item)
            self.records.add("tray_gone", bus=item[0])

    @dbus.service.method(WATCHER, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender=None):
        if service.startswith("/"):
            item = (str(sender), str(service))
        else:
            item = (str(sender), "/StatusNotifierItem")
        self.items.append(item)
        self.records.add("tray", bus=item[0], path=item[1])
        self.StatusNotifierItemRegistered("".join(item))

    @dbus.service.method(WATCHER, in_signature="s")
    def RegisterStatusNotifierHost(self, _service):
        self.StatusNotifierHostRegistered()

    @dbus.service.signal(WATCHER, signature="s")
    def StatusNotifierItemRegistered(self, item):
        pass

    @dbus.service.signal(WATCHER)
    def StatusNotifierHostRegistered(self):
        pass

    def properties(self):
        items = ["".join(item) for item in self.items]
        return {
            "RegisteredStatusNotifierItems": dbus.Array(items, signature="s"),
            "IsStatusNotifierHostRegistered": dbus.Boolean(True),
            "ProtocolVersion": dbus.Int32(0),
        }

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, _interface, name):
        return self.properties()[name]

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, _interface):
        return self.properties()

    def entries(self, answer):
        """Calls `answer` with (menu, [(id, label)]) of the newest icon, or with None.

        Nothing here waits for the program: it may at this moment wait for us.
        """
        if not self.items:
            answer(None)
            return
        name, path = self.items[-1]
        item = self.bus.get_object(name, path, introspect=False)

        def failed(_error):
            answer(None)

        def with_menu(menu_path):
            menu = self.bus.get_object(name, str(menu_path), introspect=False)

            def with_layout(_revision, layout):
                answer((menu, list(flatten(layout))))

            menu.GetLayout(
                dbus.Int32(0),
                dbus.Int32(-1),
                dbus.Array([], signature="s"),
                dbus_interface=MENU,
                reply_handler=with_layout,
                error_handler=failed,
            )

        item.Get(
            ITEM,
            "Menu",
            dbus_interface=PROPERTIES,
            reply_handler=with_menu,
            error_handler=failed,
        )


def flatten(layout):
    """Gives id and label of each entry of a menu, inner menus included."""
    number, properties, children = layout
    label = str(properties.get("label", "")).replace("_", "")
    if label:
        yield int(number), label
    for child in children:
        yield from flatten(child)


class NotificationArea(dbus.service.Object):
    """The daemon that notifications are sent to."""

    def __init__(self, bus, records):
        super().__init__(bus, "/org/freedesktop/Notifications")
        self.records = records
        self.shown = 0

    @dbus.service.method(NOTIFICATIONS, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, _icon, summary, body, actions, _hints, _timeout):
        if replaces:
            number = int(replaces)
        else:
            self.shown += 1
            number = self.shown
        self.records.add(
            "notification",
            id=number,
            app=str(app),
            summary=str(summary),
            body=str(body),
            actions=[str(action) for action in actions],
        )
        return dbus.UInt32(number)

    @dbus.service.method(NOTIFICATIONS, out_signature="as")
    def GetCapabilities(self):
        return ["body", "actions", "persistence"]

    @dbus.service.method(NOTIFICATIONS, out_signature="ssss")
    def GetServerInformation(self):
        return ("recorder", "desktop-kit", "1", "1.2")

    @dbus.service.method(NOTIFICATIONS, in_signature="u")
    def CloseNotification(self, number):
        self.records.add("notification_closed", id=int(number))
        self.NotificationClosed(number, CLOSED_BY_CALL)

    @dbus.service.signal(NOTIFICATIONS, signature="uu")
    def NotificationClosed(self, number, reason):
        pass

    @dbus.service.signal(NOTIFICATIONS, signature="us")
    def ActionInvoked(self, number, action):
        pass


class Control:
    """The socket through which a test acts as the person at this desktop."""

    def __init__(self, path, tray, notifications):
        self.tray = tray
        self.notifications = notifications
        self.service = Gio.SocketService.new()
        self.service.add_address(
            Gio.UnixSocketAddress.new(path),
            Gio.SocketType.STREAM,
            Gio.SocketProtocol.DEFAULT,
            None,
        )
        self.service.connect("incoming", self.incoming)
        self.service.start()

    def incoming(self, _service, connection, _source):
        lines = Gio.DataInputStream.new(connection.get_input_stream())
        self.read(connection, lines)
        return True

    def read(self, connection, lines):
        def got(stream, result):
            try:
                line, _length = stream.read_line_finish_utf8(result)
            except GLib.Error:
                return
            if line is None:
                connection.close(None)
                return
            self.handle(json.loads(line), lambda reply: self.answer(connection, reply))
            self.read(connection, lines)

        lines.read_line_async(GLib.PRIORITY_DEFAULT, None, got)

    @staticmethod
    def answer(connection, reply):
        try:
            connection.get_output_stream().write_all(
                (json.dumps(reply) + "\n").encode(), None
            )
        except GLib.Error:
            # The test has gone; nobody is left to tell.
            pass

    def handle(self, order, answer):
        what = order.get("do")
        if what == "menu":
            self.tray.entries(
                lambda found: answer(
                    {"labels": [label for _, label in found[1]] if found else []}
                )
            )
        elif what == "click":
            self.tray.entries(lambda found: self.click(found, order["label"], answer))
        elif what == "act":
            number, action = order["notification"], order.get("action", "default")
            self.notifications.ActionInvoked(dbus.UInt32(number), action)
            answer({"acted": True})
        else:
            answer({"error": f"unknown order {what!r}"})

    @staticmethod
    def click(found, label, answer):
        if not found:
            answer({"clicked": False})
            return
        menu, entries = found
        for number, text in entries:
            if text == label:
                menu.Event(
                    dbus.Int32(number),
                    "clicked",
                    dbus.Int32(0, variant_level=1),
                    dbus.UInt32(0),
                    dbus_interface=MENU,
                    reply_handler=lambda: answer({"clicked": True}),
                    # A program that quits on the click never answers it.
                    error_handler=lambda _error: answer({"clicked": True}),
                )
                return
        answer({"clicked": False})


def main():
    records_path, control_path = sys.argv[1:]
    DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    records = Records(records_path)
    tray = Tray(bus, records)
    notifications = NotificationArea(bus, records)
    control = Control(control_path, tray, notifications)
    # Held for as long as the program runs: a name is given back when its object is collected.
    held = [control] + [
        dbus.service.BusName(name, bus, do_not_queue=True)
        for name in (WATCHER, NOTIFICATIONS)
    ]
    print("ready", flush=True)
    GLib.MainLoop().run()
    del held


if __name__ == "__main__":
    main()
