// SPDX-License-Identifier: GPL-3.0-or-later
// What templates make of conversations. The texts are those of Jinja 3.1 as transformers 5.24 sets it up, which
// tests/interop/check_chat.py compares at length.
#include "core/base/error.h"
#include "core/chat/chat_template.h"

#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <regex>
#include <sys/resource.h>
#include <unistd.h>

using namespace fettle;
using ::testing::HasSubstr;

namespace
{

const std::vector<ChatMessage> kTurns = {
    {"system", "Be brief."}, {"user", " Hello "}, {"assistant", "Hi."}, {"user", "Why?"}};

std::string rendered(const std::string& text, const std::vector<ChatMessage>& messages = kTurns)
{
    return ChatTemplate(text, "template").render(messages);
}

std::string complaint(const std::string& text)
{
    try {
        rendered(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::BadInput);
        EXPECT_EQ(error.subject(), "model");
        return error.message();
    }
    ADD_FAILURE() << "no error: " << text;
    return {};
}

class Folder
{
public:
    Folder() : m_path(std::filesystem::temp_directory_path() / ("fettle-chat-" + std::to_string(::getpid())))
    {
        std::filesystem::create_directories(m_path);
    }
    ~Folder() { std::filesystem::remove_all(m_path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    void write(const char* name, const std::string& text) const
    {
        std::filesystem::create_directories((m_path / name).parent_path());
        std::ofstream(m_path / name) << text;
    }
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace

TEST(ChatTemplate, WritesTurns)
{
    EXPECT_EQ(
        rendered("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message.content|trim + "
                 "'<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}"
                 "{% endif %}"),
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n"
        "<|im_start|>assistant\nHi.<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n");
}

TEST(ChatTemplate, TakesWhiteSpaceAwayAsTransformersAsks)
{
    EXPECT_EQ(rendered("a\n  {% if true %}\n  b\n  {% endif %}\nc\n"), "a\n  b\nc");
    EXPECT_EQ(rendered("a\n  {%- if true -%}\n  b\n  {%- endif %}\nc\n\n"), "abc\n");
    EXPECT_EQ(rendered("a\n  {%+ if true +%}\n  b{% endif +%}\nc"), "a\n  \n  b\nc");
    EXPECT_EQ(rendered("  {# said #}\n  {{ 1 }}\n"), "  1");
    EXPECT_EQ(rendered("x {{- ' y ' -}} \n z"), "x y z");
    EXPECT_EQ(rendered("{% raw %} {{ a }} {% endraw %}\nb"), " {{ a }} b");
    EXPECT_EQ(rendered("a\r\nb\rc"), "a\nb\nc");
}

TEST(ChatTemplate, KnowsPythonsValues)
{
    EXPECT_EQ(rendered("{{ [1, 2.0, 'it\\'s', none, true, (1,)] }}"), "[1, 2.0, \"it's\", None, True, (1,)]");
    EXPECT_EQ(rendered("{{ {'a': 1e16, 'b': 1e-5} }}"), "{'a': 1e+16, 'b': 1e-05}");
    EXPECT_EQ(rendered("{{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }}"), "-4 2 3.5 1024");
    EXPECT_EQ(rendered("{{ 1 < 2 <= 2 }} {{ 'a' ~ 1 ~ none }} {{ 'ab' * 2 }}"), "True a1None abab");
    EXPECT_EQ(rendered("{{ 'añb'[1] }}{{ 'añb'[::-1] }}{{ [1, 2, 3][-2:] }}"), "ñbña[2, 3]");
    EXPECT_EQ(rendered("{{ 'x' if false }}{{ missing }}{{ messages[9] is defined }}"), "False");
    EXPECT_EQ(rendered("{{ messages[0].nothing is none }} {{ 'content' in messages[0] }}"), "False True");
}

TEST(ChatTemplate, WritesJsonAsPythonDoes)
{
    EXPECT_EQ(rendered("{{ {'a': [1, 2.0, 'é\\n<'], 'b': {}} | tojson }}"), R"({"a": [1, 2.0, "é\n<"], "b": {}})");
    EXPECT_EQ(rendered("{{ {'a': [1], 'b': []} | tojson(indent=2) }}"), "{\n  \"a\": [\n    1\n  ],\n  \"b\": []\n}");
    EXPECT_EQ(rendered("{{ 'é😀' | tojson(ensure_ascii=true) }}"), R"("\u00e9\ud83d\ude00")");
}

TEST(ChatTemplate, HasTheStatementsThatTemplatesUse)
{
    EXPECT_EQ(rendered("{% for m in messages if m.role != 'system' %}{{ loop.index }}{{ loop.last }} {% endfor %}"),
              "1False 2False 3True ");
    EXPECT_EQ(rendered("{% for a, b in {'x': 1}.items() %}{{ a }}{{ b }}{% else %}none{% endfor %}"), "x1");
    EXPECT_EQ(rendered("{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 3 %}{% break %}"
                       "{% endif %}{{ i }}{% endfor %}"),
              "02");
    EXPECT_EQ(rendered("{% set ns = namespace(n=0) %}{% set n = 0 %}{% for m in messages %}{% set ns.n = ns.n + 1 %}"
                       "{% set n = n + 1 %}{% endfor %}{{ ns.n }} {{ n }}"),
              "4 0");
    EXPECT_EQ(rendered("{% macro f(a, b='B', c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ f(1) }} {{ f(1, c=2) }}"),
              "1B1 1B2");
    EXPECT_EQ(rendered("{% macro f() %}[{{ caller('x') }}]{% endmacro %}{% call(y) f() %}in {{ y }}{% endcall %}"),
              "[in x]");
    EXPECT_EQ(rendered("{% set x | upper %}a{{ 1 }}{% endset %}{{ x }}{% filter upper %}b{% endfilter %}"), "A1B");
    EXPECT_EQ(rendered("{% generation %}said{% endgeneration %}"), "said");
    EXPECT_EQ(rendered("{{ messages | map(attribute='role') | unique | join(', ') }}"), "system, user, assistant");
    EXPECT_EQ(rendered("{{ messages | selectattr('role', 'equalto', 'user') | list | length }}"), "2");
    EXPECT_EQ(rendered("{{ strftime_now('%Y') | length }}"), "4");
}

TEST(ChatTemplate, NamesLineAndMistake)
{
    EXPECT_THAT(complaint("a\n{{ missing.x }}"), HasSubstr("template, line 2: 'missing' is undefined"));
    EXPECT_THAT(complaint("\n\n{% include 'x' %}"), HasSubstr("line 3: the tag {% include %} is not supported"));
    EXPECT_THAT(complaint("{{ 1 | frobnicate }}"), HasSubstr("the filter \"frobnicate\" is not supported"));
    EXPECT_THAT(complaint("{{ 1 is frobnicated }}"), HasSubstr("the test \"is frobnicated\" is not supported"));
    EXPECT_THAT(complaint("{% if 1 %}\n"), HasSubstr("{% endif %} is missing"));
    EXPECT_THAT(complaint("{{ 'a' + 1 }}"), HasSubstr("unsupported operand type(s) for +: 'str' and 'int'"));
    EXPECT_THAT(complaint("{{ -messages }}"), HasSubstr("bad operand type for unary -: 'list'"));
    EXPECT_THAT(complaint("{{ raise_exception('No system role') }}"),
                HasSubstr("does not take this conversation: No system"));
    EXPECT_THAT(complaint("{{ messages.append(1) }}"), HasSubstr("'list.append' is undefined"));
    EXPECT_THAT(complaint("{{ ''.__class__.__mro__ }}"), HasSubstr("undefined"));
    EXPECT_THROW(ChatTemplate("x", "template").render(std::vector<ChatMessage>()), Error);
}

TEST(ChatTemplate, EndsSoonWhateverItHolds)
{
    const std::string deep(100'000, '('), chain = [] {
        std::string text = "{{ 1";
        for (int i = 0; i < 5000; ++i)
            text += " + 1";
        return text + " }}";
    }();
    for (const std::string& hostile : std::vector<std::string>{
             "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
             "{% for a in range(99999) %}{{ 'x' * 100000 }}{% endfor %}", "{{ 'x' * 99999999999 }}",
             "{{ [1] * 99999999999 }}",
             "{% set ns = namespace(s='x') %}{% for a in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
             "{% set ns = namespace(l=[]) %}{% for a in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
             "{% set s = namespace(l=[1]) %}{% for a in range(99) %}{% set s.l = [s.l, s.l] %}{% endfor %}{{ s.l }}",
             "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "{% set ns = namespace() %}{% set ns.n = ns %}",
             "{{ " + deep, chain, "{{ 2 ** 99999999999 }}",
             "{{ 'a' | replace('', 'x' * 100000) | replace('x', 'y' * 100000) }}",
             "{{ 1 | tojson(indent=99999999999) }}{{ 'a' | indent(99999999999) }}"}) {
        const auto begin = std::chrono::steady_clock::now();
        complaint(hostile);
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << hostile.substr(0, 100);
    }
}

TEST(ChatTemplate, PaysForWhatItMakes)
{
    const auto often = [](const std::string& expression) {
        return "{% set x = 'a' * 1048576 %}{% for a in range(99999) %}{% for b in range(99999) %}{% if " + expression +
               " %}{% endif %}{% endfor %}{% endfor %}";
    };
    std::string names = "k";
    for (int i = 0; i < 5000; ++i)
        names += fmt::format(", k{}", i);
    const std::string entries = std::regex_replace(names, std::regex("k[0-9]*"), "'$&': 0");
    for (const std::string& hostile : std::vector<std::string>{
             "{% set x = 'a' * 1048576 %}{{ ([x] * 10000) | sort }}",
             "{% set x = 'a' * 1048576 %}{{ ([1] * 100000) | tojson(separators=(x, ':')) }}",
             "{% set x = 'a' * 1048576 %}{{ ([{1: 1}] * 100000) | tojson(separators=(',', x)) }}",
             "{{ [1] | map(attribute='.' * 16000000) | list }}",
             "{% set d = {" + entries + "} %}" + often("namespace(d)"),
             "{% set d = {" + entries + "} %}" + often("namespace(**d)"),
             "{% macro f(" + names + ") %}{% endmacro %}" + often("f()"), often("'aaaaaaaab'.strip(x)"),
             often("'bbbbbbbb'.rsplit(x)"), often("x.startswith((x ~ 'b',) * 999)"),
             often("(x ~ 'c').startswith((x ~ 'b',) * 999)"), often("'b'.removeprefix(x)"), often("x | int"),
             often("x | float"), often("1 | tojson(indent=x)"), often("'a' | indent(x)"), often("{1: x} | dictsort")})
        EXPECT_THAT(complaint(hostile), HasSubstr("too much work or memory")) << hostile.substr(0, 150);
    EXPECT_THAT(complaint("{{ 'a' | map(*(['map'] * 99999 + ['upper'])) | list }}"), HasSubstr("too deeply"));
    EXPECT_EQ(rendered("{{ ['ab'] | map('map', 'upper') | map('join') | list }}"), "['AB']");
    rusage used = {};
    ::getrusage(RUSAGE_SELF, &used);
    EXPECT_LT(used.ru_maxrss, 3 << 20) << "KB: three gigabytes; unpaid for, they are ten and more";
}

TEST(ChatTemplate, LiesWhereTransformersLooks)
{
    const Folder folder;
    folder.write("vocab.json", R"({"a": 0})");
    folder.write("merges.txt", "");
    EXPECT_FALSE(hasChatTemplate(folder.path()));
    EXPECT_THROW(loadChatTemplate(folder.path()), Error);
    const auto said = [&] { return loadChatTemplate(folder.path()).render(std::vector<ChatMessage>{{"user", "x"}}); };
    folder.write("chat_template.json", R"({"chat_template": "processor"})");
    EXPECT_EQ(said(), "processor");
    folder.write("tokenizer_config.json",
                 R"({"chat_template": "plain {{ bos_token }}", "bos_token": {"content": "<b>"}})");
    EXPECT_EQ(said(), "plain <b>");
    folder.write(
        "tokenizer_config.json",
        R"({"chat_template": [{"name": "tool_use", "template": "tools"}, {"name": "default", "template": "D"}]})");
    EXPECT_EQ(said(), "D");
    folder.write("chat_template.jinja", "{{ messages[0].content }}{{ eos_token }}\n");
    EXPECT_EQ(said(), "x<|endoftext|>");
    EXPECT_TRUE(hasChatTemplate(folder.path()));
    EXPECT_EQ(loadChatTemplate(folder.path(), "other").render(std::vector<ChatMessage>{{"user", "x"}}), "other");
    std::filesystem::remove(folder.path() / "chat_template.jinja");
    folder.write("tokenizer_config.json", R"({"chat_template": [{"name": "tool_use", "template": "tools"}]})");
    EXPECT_THROW(said(), Error);
    EXPECT_TRUE(hasChatTemplate(folder.path()));
}

/// Of several templates with names: what is taken is what get_chat_template of transformers 5.24 takes
/// (tests/interop/check_chat.py asks it).
TEST(ChatTemplate, OfSeveralTakesTheDefault)
{
    const Folder folder;
    folder.write("vocab.json", R"({"a": 0})");
    folder.write("merges.txt", "");
    const auto said = [&](const Json& tools = nullptr, const std::optional<std::string>& name = {}) -> std::string {
        try {
            return loadChatTemplate(folder.path(), name)
                .render(Json{{"messages", {{{"role", "user"}, {"content", "x"}}}}, {"tools", tools}});
        } catch (const Error& error) {
            EXPECT_EQ(error.subject(), "model");
            return "error: " + error.message();
        }
    };
    const auto config = [&](const Json& value) {
        folder.write("tokenizer_config.json", Json{{"chat_template", value}}.dump());
    };
    const Json one = {{"name", "default"}, {"template", "D"}}, forTools = {{"name", "tool_use"}, {"template", "T"}},
               rag = {{"name", "rag"}, {"template", "R"}};
    config({forTools, one, rag});
    EXPECT_EQ(said(), "D");
    EXPECT_EQ(said(Json::array()), "T");
    EXPECT_EQ(said(nullptr, "rag"), "R");
    EXPECT_EQ(said(Json::array(), "rag"), "R");
    EXPECT_EQ(said(nullptr, "ra"), "ra"); // no name: a template's text
    config({one, {{"name", "default"}, {"template", "the later"}}});
    EXPECT_EQ(said(), "the later");
    config({{"default", "D"}, {"tool_use", "T"}});
    EXPECT_EQ(said(), "D");
    EXPECT_EQ(said(Json::array()), "T");
    config({rag, forTools});
    EXPECT_THAT(said(), HasSubstr("of its chat templates (rag, tool_use) none is the default"));
    EXPECT_EQ(said(nullptr, "tool_use"), "T");
    EXPECT_EQ(said(Json::array()), "T");
    config({one, 5});
    EXPECT_THAT(said(), HasSubstr("something else than a text or named templates"));
    config(5);
    EXPECT_THAT(said(), HasSubstr("something else than a text or named templates"));

    // Files go before tokenizer_config.json, as a whole.
    config({one, forTools, rag});
    folder.write("additional_chat_templates/rag.jinja", "from a file");
    folder.write("additional_chat_templates/notes.txt", "no template");
    EXPECT_THAT(said(), HasSubstr("of its chat templates (rag) none is the default"));
    EXPECT_EQ(said(nullptr, "rag"), "from a file");
    folder.write("chat_template.jinja", "{{ messages[0].content }}");
    EXPECT_EQ(said(), "x");
    EXPECT_EQ(said(Json::array()), "x");
    EXPECT_EQ(said(nullptr, "rag"), "from a file");
    folder.write("additional_chat_templates/tool_use.jinja", "tools");
    folder.write("additional_chat_templates/default.jinja", "over it");
    EXPECT_EQ(said(), "over it");
    EXPECT_EQ(said(Json::array()), "tools");
}
