# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts fettle-cli as subprocess.run does, but loads it once (support/start_shim.cpp): checks start it hundreds of
times, and LibTorch takes a quarter of a second of a processor each time."""
import array
import atexit
import io
import os
import pathlib
import socket
import struct
import subprocess
import tempfile

# Read while the program is loaded, so that a start of its own is needed for another value.
READ_AT_LOAD = ("LD_", "OMP_", "GOMP_", "MKL_", "KMP_")
_loaded = {}
KNOWN = {"input", "capture_output", "text", "timeout", "env", "cwd", "stdin", "stdout", "stderr"}


def run(command, **options):
    """subprocess.run of a program of ours."""
    program = os.fspath(command[0])
    if program not in _loaded:
        _loaded[program] = LoadedProgram(program)
    return _loaded[program].run(command[1:], **options)


class LoadedProgram:
    """Of a program that was built beside the tests; any other one is started anew each time."""

    def __init__(self, program):
        self.program = pathlib.Path(program).resolve()
        shim = self.program.parents[1] / "tests" / "libfettle_start_shim.so"
        self.socket = None
        if shim.exists():
            self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            environment = {**os.environ, "LD_PRELOAD": str(shim), "FETTLE_START_SOCKET": str(theirs.fileno())}
            self.server = subprocess.Popen([self.program], env=environment, pass_fds=[theirs.fileno()],
                                           stdin=subprocess.DEVNULL)
            theirs.close()
            atexit.register(self.close)

    def close(self):
        self.socket.close()
        self.server.wait()

    def run(self, arguments, **options):
        arguments = [os.fspath(argument) if isinstance(argument, os.PathLike) else argument for argument in arguments]
        environment = options.get("env") or dict(os.environ)
        if self.socket is None or set(options) - KNOWN or at_load(environment) != at_load(os.environ):
            return subprocess.run([self.program, *arguments], **options)
        return self._start(arguments, environment, **options)

    def _start(self, arguments, environment, *, input=None, capture_output=False, text=False, timeout=None, env=None,
               cwd=None, stdin=None, stdout=None, stderr=None):
        if capture_output:
            stdout = stderr = subprocess.PIPE
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, \
                open(os.devnull, "r+b") as nothing, tempfile.TemporaryFile() as order:
            if input is not None:
                given.write(input.encode() if isinstance(input, str) else input)
                given.seek(0)
            places = {subprocess.DEVNULL: nothing.fileno()}
            descriptors = [given.fileno() if input is not None else where(stdin, 0, places),
                           where(stdout, 1, {**places, subprocess.PIPE: out.fileno()}),
                           where(stderr, 2, {**places, subprocess.PIPE: err.fileno()})]
            texts = [os.fsencode(part) for part in (
                str(len(arguments) + 1), os.path.abspath(cwd or "."), self.program, *arguments,
                *(f"{key}={value}" for key, value in environment.items()))]
            order.write(b"".join(part + b"\0" for part in texts))
            order.flush()
            code = self._wait(descriptors, order, [self.program, *arguments], timeout)
            said = [contents(file, text) if place == subprocess.PIPE else None
                    for file, place in ((out, stdout), (err, stderr))]
        return subprocess.CompletedProcess([self.program, *arguments], code, *said)

    def _wait(self, descriptors, order, command, timeout):
        mine, theirs = socket.socketpair()
        with mine:
            with theirs:
                sent = array.array("i", [*descriptors, theirs.fileno(), order.fileno()])
                self.socket.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, sent)])
            process = struct.unpack("i", mine.recv(4, socket.MSG_WAITALL))[0]
            mine.settimeout(timeout)
            try:
                return struct.unpack("i", mine.recv(4, socket.MSG_WAITALL))[0]
            except TimeoutError as error:
                os.kill(process, 9)
                raise subprocess.TimeoutExpired(command, timeout) from error


def at_load(environment):
    return {key: value for key, value in environment.items() if key.startswith(READ_AT_LOAD)}


def where(place, own, places):
    """The descriptor that a keyword of subprocess names; `own` for none."""
    if place is None:
        return own
    if place in places:
        return places[place]
    return place if isinstance(place, int) else place.fileno()


def contents(file, text):
    file.seek(0)
    said = file.read()
    return io.TextIOWrapper(io.BytesIO(said), encoding="utf-8").read() if text else said
