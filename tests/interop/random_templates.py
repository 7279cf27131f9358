# SPDX-License-Identifier: GPL-3.0-or-later
"""Random chat templates: whole programs of what chat templates are made of, mostly of the right types."""

TEXTS = ["", "a", " b ", "Hello, World", "ünï Ćode", "ß ŉ", "\\n", "x\\ty", "it's", '\\"q\\"', "中文", "a,b,,c", "The end.\\n",
         "İstanbul", "ǆ", "  \\n two", "{{ no }}", "1", "42", "3.7", "é", "🙂 🙂", "\\u00a0pad\\u2003", "UPPER lower", "\\x41\\101"]
NAMES = ["a", "b", "c", "x", "y"]


class Maker:
    def __init__(self, rng, wild=0.0):
        self.rng, self.wild = rng, wild
        self.depth, self.loops = 0, 0
        self.known = {"text": [], "number": [], "list": [], "boolean": []}
        self.macros = []

    def one(self, *choices):
        choice = self.rng.choice(choices)
        return choice() if callable(choice) else choice

    def deeper(self, make, shallow):
        if self.depth > 4:
            return shallow()
        self.depth += 1
        try:
            return make()
        finally:
            self.depth -= 1

    def any(self):
        return self.one(self.text, self.number, self.boolean, self.list, self.mapping)

    def typed(self, make):
        return self.any() if self.rng.random() < self.wild else make()

    def quoted(self):
        text = self.rng.choice(TEXTS)
        return f"'{text}'" if "'" not in text else f'"{text}"'

    def shallow_text(self):
        return self.one(self.quoted, "messages[0].role", "messages[-1]['content']", "bos_token",
                        *[name for name in self.known["text"]])

    def text(self):
        t = lambda: self.typed(self.text)
        n = self.number

        def make():
            return self.one(
                self.shallow_text, self.shallow_text,
                lambda: f"({t()} ~ {self.any_plain()})", lambda: f"({t()} + {t()})",
                lambda: f"({t()} * {self.small()})",
                lambda: f"({t()}|{self.one('trim', 'upper', 'lower', 'title', 'capitalize', 'string', 'reverse')})",
                lambda: f"({t()}|replace({t()}, {t()}))", lambda: f"({t()}|indent({self.small()}))",
                lambda: f"({t()}|indent(width={self.quoted()}, first={self.flag()}, blank={self.flag()}))",
                lambda: f"({self.list()}|join({self.quoted()}))", lambda: f"({self.any_plain()}|tojson)",
                lambda: f"({self.any_plain()}|tojson(indent={self.small()}))",
                lambda: f"({self.any_plain()}|tojson(ensure_ascii=true, sort_keys=true))",
                lambda: f"({self.any_plain()}|string)", lambda: f"({t()}|default({t()}, {self.flag()}))",
                lambda: f"(missing|default({t()}))", lambda: f"{t()}.{self.one('strip', 'lstrip', 'rstrip')}()",
                lambda: f"{t()}.{self.one('strip', 'lstrip', 'rstrip')}({self.quoted()})",
                lambda: f"{t()}.{self.one('upper', 'lower', 'title', 'capitalize')}()",
                lambda: f"{t()}.replace({self.quoted()}, {self.quoted()})",
                lambda: f"{t()}.replace({self.quoted()}, {self.quoted()}, {self.small()})",
                lambda: f"{self.quoted()}.join({self.texts()})", lambda: f"{t()}[{self.bounds()}]",
                lambda: f"({t()}[{n()}]|string)", lambda: f"{t()}.split({self.nonempty()})[{self.one('0', '-1')}]",
                lambda: f"({t()} if {self.boolean()} else {t()})", lambda: f"({t()} if {self.boolean()})",
                lambda: f"({t()} or {t()})", lambda: f"({t()} and {t()})",
                lambda: f"{t()}.{self.one('removeprefix', 'removesuffix')}({self.quoted()})",
                lambda: f"({self.texts()}|{self.one('first', 'last', 'min', 'max')}|string)",
                lambda: f"({t()}|trim({self.quoted()}))",
                lambda: f"{self.rng.choice(self.macros)}({t()})" if self.macros else self.shallow_text())
        return self.deeper(make, self.shallow_text)

    def nonempty(self):
        return self.one("' '", "','", "'a'", "'l'", "'\\n'")

    def flag(self):
        return self.one("true", "false")

    def small(self):
        return self.one("0", "1", "2", "3", "(-1)")

    def bounds(self):
        part = lambda: self.one("", "", "0", "1", "2", "-1", "-3", "10")
        return self.one(lambda: f"{part()}:{part()}", lambda: f"{part()}:{part()}:{self.one('', '1', '2', '-1', '-2')}")

    def shallow_number(self):
        return self.one("0", "1", "2", "7", "10", "1.5", "2.0", "1e3", "0.1", "messages|length", *self.known["number"])

    def number(self):
        n = lambda: self.typed(self.number)

        def make():
            return self.one(
                self.shallow_number, self.shallow_number, lambda: f"({n()} {self.one('+', '-', '*')} {n()})",
                lambda: f"({n()} {self.one('/', '//', '%')} {self.one('2', '3', '-3', '1.5')})", lambda: f"(-{n()})",
                lambda: f"({self.small()} ** {self.one('0', '2', '3')})", lambda: f"({self.list()}|length)",
                lambda: f"({self.text()}|length)", lambda: f"({n()}|abs)", lambda: f"({n()}|int)", lambda: f"({n()}|float)",
                lambda: f"({self.text()}|int({self.small()}))", lambda: f"({self.text()}|float)",
                lambda: f"({n()}|round({self.one('0', '1', '2')}))", lambda: f"({n()}|round(1, {self.one(repr('floor'), repr('ceil'))}))",
                lambda: f"{self.text()}.{self.one('find', 'rfind', 'count')}({self.quoted()})",
                lambda: f"({self.numbers()}|sum)", lambda: f"({self.numbers()}|{self.one('min', 'max', 'first', 'last')})",
                lambda: f"({n()} if {self.boolean()} else {n()})")
        return self.deeper(make, self.shallow_number)

    def shallow_boolean(self):
        return self.one("true", "false", "none is none", "add_generation_prompt", *self.known["boolean"])

    def boolean(self):
        b = lambda: self.typed(self.boolean)

        def make():
            return self.one(
                self.shallow_boolean, lambda: f"({b()} {self.one('and', 'or')} {b()})", lambda: f"(not {b()})",
                lambda: f"({self.number()} {self.one('<', '<=', '>', '>=', '==', '!=')} {self.number()})",
                lambda: f"({self.text()} {self.one('<', '<=', '>', '>=', '==', '!=')} {self.text()})",
                lambda: f"({self.number()} < {self.number()} <= {self.number()})",
                lambda: f"({self.any_plain()} {self.one('==', '!=')} {self.any_plain()})",
                lambda: f"({self.quoted()} {self.one('in', 'not in')} {self.text()})",
                lambda: f"({self.any_plain()} {self.one('in', 'not in')} {self.list()})",
                lambda: f"({self.quoted()} in {self.mapping()})",
                lambda: f"({self.any_plain()} is {self.one('', 'not ')}{self.test()})",
                lambda: f"({self.one('missing', 'x', 'messages[0].nothing', 'messages[9]')} is {self.one('', 'not ')}"
                        f"{self.one('defined', 'undefined', 'none', 'string', 'mapping', 'sequence', 'iterable')})",
                lambda: f"({self.number()} is {self.one('divisibleby 3', 'divisibleby(2)', 'gt 1', 'eq(2)', 'ne 1')})",
                lambda: f"({self.text()} is in {self.list()})",
                lambda: f"{self.text()}.{self.one('startswith', 'endswith')}({self.quoted()})",
                lambda: f"{self.text()}.startswith(({self.quoted()}, {self.quoted()}))",
                lambda: f"{self.text()}.{self.one('isdigit', 'isalpha', 'isalnum', 'isspace', 'isupper', 'islower')}()")
        return self.deeper(make, self.shallow_boolean)

    def test(self):
        return self.one("defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "true", "false",
                        "mapping", "sequence", "iterable", "upper", "lower", "callable")

    def texts(self):
        return self.one(lambda: f"[{self.text()}, {self.text()}]", lambda: f"{self.text()}.split()",
                        lambda: f"{self.text()}.split({self.nonempty()})", lambda: f"(messages|map(attribute='role')|list)",
                        lambda: f"{self.text()}.splitlines() + ['z']", lambda: f"({self.text()}|list)",
                        lambda: f"[{self.quoted()}]",
                        lambda: f"{self.text()}.{self.one('split', 'rsplit')}({self.nonempty()}, {self.small()})")

    def numbers(self):
        return self.one(lambda: f"range({self.one('1', '3', '5')})|list", lambda: f"[{self.number()}, {self.number()}]",
                        lambda: f"range({self.small()}, 6, 2)|list", lambda: f"range(5, {self.small()}, -1)|list")

    def list(self):
        def make():
            return self.one(
                self.texts, lambda: f"({self.numbers()})", lambda: f"({self.texts()})[{self.bounds()}]",
                lambda: f"[{self.any_plain()}, {self.any_plain()}]", lambda: f"({self.any_plain()}, {self.any_plain()})",
                lambda: f"(({self.texts()})|{self.one('sort', 'unique|list', 'reverse|list', 'list')})",
                lambda: f"(({self.texts()})|map({self.one(repr('upper'), repr('trim'), repr('length'))})|list)",
                lambda: f"(messages|{self.one('selectattr', 'rejectattr')}('role', 'equalto', {self.one(repr('user'), repr('system'))})|list)",
                lambda: f"(messages|selectattr('content')|list)", lambda: f"messages[{self.bounds()}]",
                lambda: f"(({self.numbers()})|{self.one('select', 'reject')}({self.one(repr('odd'), repr('even'))})|list)",
                lambda: f"(({self.numbers()})|select('gt', 2)|list)", lambda: f"({self.mapping()}|dictsort)",
                lambda: f"({self.mapping()}.items()|list)", lambda: f"({self.mapping()}|items|list)",
                lambda: f"({self.mapping()}|list)", *self.known["list"])
        return self.deeper(make, lambda: "['p', 'Q']")

    def mapping(self):
        return self.one(lambda: f"{{'k': {self.any_plain()}, 'a': {self.any_plain()}}}",
                        lambda: f"{{{self.quoted()}: {self.any_plain()}}}", "messages[0]", "{}",
                        lambda: f"dict(z={self.any_plain()}, b=1)")

    def any_plain(self):
        return self.deeper(self.any, self.shallow_text)

    # Statements
    def sign(self):
        return self.rng.choice(["", "", "", "-", "+"])

    def tag(self, inside):
        return f"{{%{self.sign()} {inside} {self.sign()}%}}"

    def data(self):
        return self.rng.choice(["", "\n", "  \n", " text ", "<|im_start|>", "  ", "\n\n  ", "line\n", "\t", "{ % }", "é\n"])

    def print(self):
        return f"{{{{{self.rng.choice(['', '', '-'])} {self.typed(self.one(lambda: self.text, lambda: self.number, lambda: self.any_plain))} {self.rng.choice(['', '', '-'])}}}}}"

    def define(self, kind, make):
        name = self.rng.choice(NAMES)
        value = make()
        for names in self.known.values():
            if name in names:
                names.remove(name)
        self.known[kind].append(name)
        return self.tag(f"set {name} = {value}")

    def scoped(self, make):
        before, macros = {kind: list(names) for kind, names in self.known.items()}, list(self.macros)
        try:
            return make()
        finally:
            self.known, self.macros = before, macros

    def body(self, count=3):
        self.depth += 1
        try:
            return "".join(self.statement() for _ in range(self.rng.randrange(1, count + 1)))
        finally:
            self.depth -= 1

    def choice(self):
        text = self.tag(f"if {self.typed(self.boolean)}") + self.scoped(self.body)
        if self.rng.random() < 0.3:
            text += self.tag(f"elif {self.boolean()}") + self.scoped(self.body)
        if self.rng.random() < 0.5:
            text += self.tag("else") + self.scoped(self.body)
        return text + self.tag("endif")

    def loop(self):
        def make():
            item = self.rng.choice(NAMES)
            over = self.one(self.texts, "messages", self.numbers, lambda: f"{self.mapping()}.items()", self.list)
            kind = {"messages": None}.get(over)
            head = f"for {item} in {over}"
            if ".items()" in over and not over.startswith("("):
                head = f"for {item}, value in {over}"
            elif self.rng.random() < 0.3:
                head += f" if {item} {self.one('is string', 'is defined', 'is not none', 'is number')}"
            for names in self.known.values():
                if item in names:
                    names.remove(item)
            self.loops += 1
            inside = self.one(
                "", "{{ loop.index }}", "{{ loop.index0 }}/{{ loop.length }}", "{% if not loop.last %},{% endif %}",
                "{% if loop.first %}first{% endif %}", "{{ loop.revindex }}{{ loop.revindex0 }}", "{{ loop.cycle('o', 'e') }}",
                "{{ loop.previtem|default('none') }}", "{{ loop.nextitem is defined }}",
                lambda: self.tag(f"if loop.index > 1") + self.tag(self.one("break", "continue")) + self.tag("endif"))
            inside += f"{{{{ {item} }}}}" if kind is None and self.rng.random() < 0.5 else ""
            text = self.tag(head) + inside + self.body()
            self.loops -= 1
            if self.rng.random() < 0.3:
                text += self.tag("else") + self.data()
            return text + self.tag("endfor")
        return self.scoped(make)

    def macro(self):
        name = f"m{self.rng.randrange(3)}"

        def make():
            self.known["text"].append("p")
            self.macros = [macro for macro in self.macros if macro != name]
            return (self.tag(f"macro {name}(p, q={self.quoted()}, r={self.small()})") + "{{ p }}{{ q }}" + self.body(2) +
                    self.tag("endmacro"))
        if self.depth or self.loops:
            return ""
        text = self.scoped(make)
        self.macros.append(name)
        return text

    def statement(self):
        if self.depth > 3:
            return self.one(self.data, self.print)
        return self.one(
            self.data, self.data, self.print, self.print, self.print, self.choice, self.loop, self.macro,
            lambda: self.define("text", self.text), lambda: self.define("number", self.number),
            lambda: self.define("list", self.list), lambda: self.define("boolean", self.boolean),
            lambda: f"{{#{self.sign()} said {self.data()} {self.sign()}#}}",
            lambda: f"{{%{self.sign()} raw %}} {{{{ raw }}}} {self.data()}{{%{self.sign()} endraw %}}",
            lambda: self.tag("set block") + self.scoped(self.body) + self.tag("endset") + "{{ block|trim }}",
            lambda: self.tag("set block | upper") + self.scoped(self.body) + self.tag("endset") + "[{{ block }}]",
            lambda: self.tag("filter upper") + self.scoped(self.body) + self.tag("endfilter"),
            lambda: self.tag(f"with w = {self.text()}") + "{{ w }}" + self.scoped(self.body) + self.tag("endwith"),
            lambda: self.tag("generation") + self.scoped(self.body) + self.tag("endgeneration"),
            lambda: self.tag(f"set ns = namespace(v={self.any_plain()}, n=0)") +
            self.tag("for item in messages") + self.tag("set ns.n = ns.n + 1") + self.tag("endfor") + "{{ ns.v }}{{ ns.n }}",
            lambda: self.tag(f"set a, b = {self.text()}, {self.text()}") + "{{ a ~ b }}",
            lambda: (self.tag(f"call {self.macros[0]}({self.text()})") + self.data() + self.tag("endcall"))
            if self.macros and self.rng.random() < self.wild else "")

    def template(self):
        return "".join(self.statement() for _ in range(self.rng.randrange(1, 8)))
