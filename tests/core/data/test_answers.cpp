// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of several columns; questions with answers, of which the answers alone are graded, as trl makes them.
#include "core/arguments/run_config_checks.h"
#include "core/chat/chat_template.h"
#include "core/data/answer_rows.h"
#include "core/data/batch.h"
#include "core/data/conversations.h"
#include "core/data/row_form.h"
#include "core/data/sources.h"
#include "core/data/tokenizing.h"
#include "core/data/training_data.h"
#include "tests/core/data/data_test_support.h"
#include "tests/support/tree.h"

#include <gmock/gmock.h>
#include <numeric>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace
{

using Answers = DataFolder;

RowForm templateForm(const std::string& text)
{
    DataConfig data;
    data.templateText = text;
    return rowFormOf(data);
}

RunConfig answersOf(const std::filesystem::path& file)
{
    RunConfig config;
    config.objective = "causal";
    config.data.train = {file.string()};
    config.data.prompt = "question";
    config.data.completion = "answer";
    return config;
}

std::shared_ptr<LookupTokenizer> withEnd()
{
    auto tokenizer = std::make_shared<LookupTokenizer>();
    tokenizer->specials.eos = 3;
    tokenizer->known["t3"] = {3};
    return tokenizer;
}

std::vector<size_t> flat(const std::vector<TokenSpan>& spans)
{
    std::vector<size_t> numbers;
    for (const TokenSpan& span : spans) {
        numbers.push_back(span.begin);
        numbers.push_back(span.end);
    }
    return numbers;
}

EncodedRow rowOf(int32_t tokens, std::vector<TokenSpan> answers)
{
    EncodedRow row;
    row.ids.resize(static_cast<size_t>(tokens));
    std::iota(row.ids.begin(), row.ids.end(), 0);
    row.answers = std::move(answers);
    return row;
}

} // namespace

TEST_F(Answers, ATextIsMadeOfSeveralColumns)
{
    const auto csv = write("a.csv", "n;title;body\n1;A;\"b \"\"c\"\"\"\n2;;\n3;D;\n");
    const RowTable table = readRows({csv}, templateForm("{{{n}}} {title}:\n{body}|{title}"));
    EXPECT_THAT(texts(table), ElementsAre("{1} A:\nb \"c\"|A", "{2} :\n|", "{3} D:\n|D"));
    EXPECT_THAT(table.readColumns, ElementsAre("n", "title", "body"));
    EXPECT_FALSE(table.hasAnswers());
    const auto lines = write("a.jsonl", "{\"n\": 1.50, \"title\": \"A\\u00e9\"}\n{\"title\": null, \"x\": [1, {}]}\n");
    const RowTable fromJson = readRows({lines}, templateForm("{title}-{n}"));
    EXPECT_THAT(texts(fromJson), ElementsAre("Aé-1.50", "")); // nothing but the words around them: an empty row
    EXPECT_EQ(fromJson.missingRows, 1);
    EXPECT_THAT(failure([&] { readRows({write("b.jsonl", "{\"t\": \"a\", \"n\": [1]}\n")}, templateForm("{t}{n}")); }),
                AllOf(HasSubstr("line 1"), HasSubstr("\"n\" is [1], not a text or a number")));
}

TEST_F(Answers, ATemplateSaysWhatIsWrong)
{
    for (const auto& [text, what] : std::map<std::string, std::string>{{"{a", "never closed"},
                                                                       {"{a {b}", "never closed"},
                                                                       {"a} {b}", "a } without its {"},
                                                                       {"{} {b}", "names no column"},
                                                                       {"{{a}}", "there is no column"}})
        EXPECT_THAT(failure([&, &given = text] { templateForm(given); }),
                    AllOf(HasSubstr("data.template"), HasSubstr(what)))
            << text;
    const auto csv = write("a.csv", "title,body\na,b\n");
    EXPECT_THAT(failure([&] { readRows({csv}, templateForm("{titel}")); }),
                AllOf(HasSubstr("no column \"titel\""), HasSubstr("Did you mean \"title\"?")));
    EXPECT_THAT(failure([&] { readRows({write("a.txt", "one\n")}, templateForm("{title}")); }),
                HasSubstr("is plain text: it has no columns for data.template"));
}

TEST_F(Answers, SettingsDoNotSpeakAgainstEachOther)
{
    DataConfig data;
    data.prompt = "question";
    EXPECT_THAT(failure([&] { requireOneText(data); }), HasSubstr("nothing names its answer"));
    data.completion = "answer";
    requireOneText(data);
    data.column = "text";
    EXPECT_THAT(failure([&] { requireOneText(data); }), HasSubstr("data.column and data.prompt"));
    data.column.clear();
    data.templateText = "{text}";
    EXPECT_THAT(failure([&] { requireOneText(data); }), HasSubstr("data.template and data.prompt"));
}

TEST_F(Answers, QuestionsAndAnswersStandApart)
{
    const auto csv = write("a.csv", "id,question,answer\n1,How?,So.\n2,Why?,\n");
    DataConfig data;
    data.prompt = "Q: {question}\nA: ";
    data.completion = "answer";
    const RowTable table = readRows({csv}, rowFormOf(data));
    ASSERT_TRUE(table.hasAnswers());
    EXPECT_EQ(table.prompt(0), "Q: How?\nA: ");
    EXPECT_EQ(table.answer(0), "So.");
    EXPECT_EQ(table.text(0, true), "Q: How?\nA: So.");
    EXPECT_EQ(table.prompt(1), "Q: Why?\nA: ");
    EXPECT_EQ(table.answer(1), "");
}

/// Examples of trl's own SFTTrainer (tests/golden/data/README.md).
TEST_F(Answers, ExamplesAreThoseOfTrl)
{
    const Json recorded = golden("answers.json");
    RowTable table;
    table.beginFile("recorded");
    for (const Json& row : recorded["rows"])
        table.appendAnswered(row["prompt"].get<std::string>(), row["completion"].get<std::string>());
    std::vector<int64_t> rows(static_cast<size_t>(table.size()));
    std::iota(rows.begin(), rows.end(), 0);
    const auto tokenizer = loadTokenizer(fettle::test::inTree("resources/models/nano-gpt"));
    for (const Json& made : recorded["made"]) {
        TokenizeOptions options;
        options.maxLength = made["max_length"].get<int64_t>();
        options.gradesPrompt = !made["completion_only_loss"].get<bool>();
        options.keepsStart = true;
        TokenizeCounts counts;
        const TokenColumns columns = tokenizeRows(table, rows, tokenizer, options, counts);
        const Json& examples = made["examples"];
        ASSERT_EQ(columns.rows(), static_cast<int64_t>(examples.size()));
        EXPECT_EQ(counts.lostAnswers, table.size() - columns.rows());
        EXPECT_EQ(columns.labels.empty(), options.gradesPrompt);
        std::vector<int32_t> ids, labels;
        for (const Json& example : examples) {
            for (const Json& id : example["input_ids"])
                ids.push_back(id.get<int32_t>());
            for (const Json& label : example["labels"])
                labels.push_back(label.get<int32_t>());
        }
        EXPECT_EQ(columns.ids, ids);
        EXPECT_EQ(options.gradesPrompt ? columns.ids : columns.labels, labels);
    }
}

TEST_F(Answers, TheQuestionMakesRoomForTheAnswer)
{
    EncodedRow row = rowOf(10, {{6, 10}});
    EXPECT_EQ(cutRow(row, 7, false, -1), 0u);
    EXPECT_THAT(row.ids, ElementsAre(3, 4, 5, 6, 7, 8, 9));
    EXPECT_THAT(flat(row.answers), ElementsAre(3, 7));
    row = rowOf(10, {{6, 10}}); // a BOS stays, and an answer without room loses its end
    EXPECT_EQ(cutRow(row, 4, false, 0), 1u);
    EXPECT_THAT(row.ids, ElementsAre(0, 6, 7, 8));
    EXPECT_THAT(flat(row.answers), ElementsAre(1, 4));
    row = rowOf(12, {{2, 4}, {8, 12}}); // of several answers the last
    EXPECT_EQ(cutRow(row, 9, false, -1), 1u);
    EXPECT_THAT(flat(row.answers), ElementsAre(0, 1, 5, 9));
    row = rowOf(10, {{6, 10}}); // trl's way
    EXPECT_EQ(cutRow(row, 7, true, 0), 3u);
    EXPECT_THAT(flat(row.answers), ElementsAre(6, 7));
    EXPECT_EQ(cutRow(row, 6, true, 0), 1u);
    EXPECT_TRUE(row.answers.empty());
}

TEST_F(Answers, OnlyAnswersAreGraded)
{
    RunConfig config = answersOf(write("a.csv", "question,answer\nab,cd\nefg,h\n"));
    DataPreview preview = previewData(config, withEnd()); // its end of text is "t3", two letters
    EXPECT_EQ(preview.gradedTokens, 4 + 3);
    EXPECT_THAT(preview.tokensPerRow, ElementsAre(6, 6));
    EXPECT_EQ(preview.firstRows[0].answerBegin, 2);
    EXPECT_EQ(preview.firstRows[1].text, "efgh");
    EXPECT_THAT(preview.readColumns, ElementsAre("question", "answer"));
    ASSERT_EQ(preview.batches.size(), 1u);
    const PackedBatch& batch = preview.batches[0].batch;
    for (int64_t s = 0; s < batch.sequences(); ++s) {
        const bool isFirst = batch.rows[static_cast<size_t>(s)] == 0;
        const auto begin = batch.targets.begin() + batch.cuSeqlens[static_cast<size_t>(s)];
        EXPECT_THAT(std::vector<int64_t>(begin, begin + 6),
                    isFirst ? ElementsAre(-100, 10 + 'c', 10 + 'd', 10 + 't', 10 + '3', -100)
                            : ElementsAre(-100, -100, 10 + 'h', 10 + 't', 10 + '3', -100));
    }
    config.data.completionOnly = false;
    EXPECT_EQ(previewData(config, withEnd()).gradedTokens, 5 + 5);
    config.data.completionOnly = true;
    const Dataset kept =
        loadDataset(resolveTexts(config.data.train), config, withEnd(), tokenizerFacts(config, *withEnd()));
    EXPECT_TRUE(kept.hasLabels());
}

TEST_F(Answers, BlocksKeepWhatIsGraded)
{
    RunConfig config = answersOf(write("a.jsonl", "{\"question\":\"ab\",\"answer\":\"cd\"}\n"
                                                  "{\"question\":\"efg\",\"answer\":\"h\"}\n"));
    config.data.blocks = Blocks::Packed;
    config.data.maxLength = 4;
    const TrainingData data = loadTrainingData(config, withEnd(), tokenizerFacts(config, *withEnd()));
    ASSERT_EQ(data.train.size(), 3);
    const auto labels = [&](int64_t block) {
        const auto span = data.train.get(block).labels;
        return std::vector<int32_t>(span.begin(), span.end());
    };
    EXPECT_THAT(labels(0), ElementsAre(-100, -100, 10 + 'c', 10 + 'd'));
    EXPECT_THAT(labels(1), ElementsAre(10 + 't', 10 + '3', -100, -100));
    EXPECT_THAT(labels(2), ElementsAre(-100, 10 + 'h', 10 + 't', 10 + '3'));
    EXPECT_EQ(data.facts.gradedTokens, 2 + 1 + 3); // nothing stands before a block's first token
}

TEST_F(Answers, RowsThatLoseTheirAnswerAreLeftOutAndCounted)
{
    RunConfig config = answersOf(write("a.csv", "question,answer\nab,cd\nefg,h\n"));
    config.data.keepsStart = true;
    config.data.maxLength = 3;
    const DataPreview preview = previewData(config, withEnd());
    EXPECT_EQ(preview.rows, 2);
    EXPECT_EQ(preview.trainRows, 1);
    EXPECT_EQ(preview.examples, 1);
    EXPECT_EQ(preview.lostAnswers, 1);
    EXPECT_EQ(preview.cutAnswers, 1);
    EXPECT_EQ(preview.cutRows, 2);
    EXPECT_THAT(preview.countNotices, ElementsAre("1 row is left out: its answer is cut away wholly.",
                                                  "1 answer has no room and loses its end."));
    config.data.trainWeights = {{config.data.train[0], 3}}; // an epoch is longer, the file is not
    const DataPreview thrice = previewData(config, withEnd());
    EXPECT_EQ(thrice.trainRows, 3);
    EXPECT_EQ(thrice.examples, 3);
    EXPECT_EQ(thrice.gradedTokens, 3 * preview.gradedTokens);
    EXPECT_EQ(thrice.rows, 2);
    EXPECT_EQ(thrice.tokens, preview.tokens);
    EXPECT_EQ(thrice.cutRows, 2);
    EXPECT_EQ(thrice.cutTokens, preview.cutTokens);
    EXPECT_EQ(thrice.countNotices, preview.countNotices);
    config.data.maxLength = 2;
    EXPECT_THAT(failure([&] { previewData(config, withEnd()); }),
                AllOf(HasSubstr("in 2 rows: every answer is cut away at max_length = 2"), HasSubstr("keep_answer")));
    config.data.keepsStart = false;
    EXPECT_EQ(previewData(config, withEnd()).lostAnswers, 0);
}

TEST_F(Answers, WithoutAnAnswerTheEndIsLearnt)
{
    RunConfig config = answersOf(write("a.csv", "question,answer\nab,cd\nefg,\n"));
    DataPreview preview = previewData(config, withEnd());
    EXPECT_EQ(preview.emptyRows, 1);
    EXPECT_TRUE(preview.emptyRowsTeachEnd);
    config.data.skipEmptyRows = true;
    preview = previewData(config, withEnd());
    EXPECT_EQ(preview.rows, 1);
    EXPECT_EQ(preview.skippedRows, 1);
}

TEST_F(Answers, ModelsThatCannotAnswerSaySo)
{
    RunConfig config = answersOf(write("a.csv", "question,answer\nab,cd\n"));
    EXPECT_THAT(failure([&] { previewData(config, std::make_shared<LookupTokenizer>()); }),
                HasSubstr("An end of text follows every answer"));
    config.objective = "masked";
    EXPECT_THAT(failure([&] { previewData(config, bertLike(1, 2, 4)); }),
                AllOf(HasSubstr("A masked model"), HasSubstr("data.template")));
    config.data.prompt.clear();
    config.data.completion.clear();
    config.data.templateText = "{question} {answer}";
    EXPECT_EQ(previewData(config, bertLike(1, 2, 4)).firstRows[0].text, "ab cd");
}

TEST_F(Answers, ColumnsThatAreCalledSoAreOffered)
{
    RunConfig config =
        answersOf(write("a.csv", "Frage,id,Antwort\nWer hat das Schiff gesehen?,1,Wir alle haben es gesehen.\n"));
    config.data.prompt.clear();
    config.data.completion.clear();
    const DataPreview preview = previewData(config, withEnd());
    EXPECT_EQ(preview.likelyPrompt, "Frage");
    EXPECT_EQ(preview.likelyAnswer, "Antwort");
    EXPECT_THAT(preview.textColumns, ElementsAre("Frage", "Antwort"));
    EXPECT_TRUE(preview.looksLikeAnswers);
    EXPECT_THAT(preview.countNotices,
                ElementsAre(HasSubstr("look like questions with their answers: with data.prompt \"Frage\" and "
                                      "data.completion \"Antwort\" the")));
    EXPECT_EQ(previewColumns(config.data).likelyAnswer, "Antwort");
    // Such a word stands in one name alone.
    config.data.train = {
        write("c.csv", "Questionnaire,Visitor's question,Archivist's answer\nB,How old?,Old.\n").string()};
    EXPECT_EQ(previewColumns(config.data).likelyPrompt, "Visitor's question");
    EXPECT_EQ(previewColumns(config.data).likelyAnswer, "Archivist's answer");
    config.data.train = {write("d.csv", "question a,question b,answer\nHow?,Why?,So.\n").string()};
    EXPECT_EQ(previewColumns(config.data).likelyAnswer, "") << "which of the two?";
    // Alpaca's three
    config.data.train = {write("b.jsonl", R"({"instruction": "Add.", "input": "1 and 2", "output": "3"})").string()};
    EXPECT_EQ(previewColumns(config.data).likelyPrompt, "{instruction}\n{input}\n");
    EXPECT_EQ(previewColumns(config.data).likelyAnswer, "output");
}

namespace
{

/// What of a row is graded, as text; the parts in brackets.
std::string graded(const EncodedRow& row, const Tokenizer& tokenizer)
{
    std::string text;
    for (const TokenSpan& span : row.answers)
        text += "[" + tokenizer.decode(std::span(row.ids).subspan(span.begin, span.end - span.begin), false) + "]";
    return text;
}

EncodedRow talked(const std::string& chat, const std::string& messages)
{
    const auto tokenizer = std::make_shared<LookupTokenizer>();
    return ConversationTokenizer(tokenizer, std::make_shared<const ChatTemplate>(chat, "test")).encode(messages);
}

constexpr const char* someChat = R"([{"role":"system","content":"S"},{"role":"user","content":"a"},
    {"role":"assistant","content":"one"},{"role":"user","content":"b"},{"role":"assistant","content":"two"}])";

} // namespace

TEST_F(Answers, AllThatTheAssistantSaysIsGraded)
{
    const std::string chat = "{% for m in messages %}<{{ m.role }}>{{ m.content }}</>{% endfor %}"
                             "{% if add_generation_prompt %}<assistant>{% endif %}";
    const LookupTokenizer tokenizer;
    const EncodedRow row = talked(chat, someChat);
    EXPECT_EQ(graded(row, tokenizer), "[one</>][two</>]");
    EXPECT_EQ(tokenizer.decode(row.ids, false), "<system>S</><user>a</><assistant>one</><user>b</><assistant>two</>");
    EXPECT_FALSE(row.promptDiffers);
    EXPECT_EQ(graded(talked(chat, R"([{"role":"assistant","content":"Hi"},{"role":"user","content":"a"}])"), tokenizer),
              "[<assistant>Hi</>]"); // nothing stands before it
    EXPECT_TRUE(talked(chat, R"([{"role":"user","content":"a"}])").answers.empty());
}

TEST_F(Answers, APromptOfAConversationEndsWhereItsFirstAnswerBegins)
{
    const auto tokenizer = std::make_shared<LookupTokenizer>();
    tokenizer->before = {7}; // "t7", which the template writes and the prompt would get twice
    const std::string chat = "t7{% for m in messages %}<{{ m.role }}>{{ m.content }}</>{% endfor %}"
                             "{% if add_generation_prompt %}<assistant>{% endif %}";
    const ConversationTokenizer talk(tokenizer, std::make_shared<const ChatTemplate>(chat, "test"));
    EXPECT_EQ(talk.prompt(someChat), "<system>S</><user>a</><assistant>");
    EXPECT_EQ(talk.prompt(R"([{"role":"user","content":"a"}])"), "") << "no answer";
    EXPECT_EQ(talk.prompt(R"([{"role":"assistant","content":"Hi"},{"role":"user","content":"a"}])"), "");
    EXPECT_EQ(talk.prompt(answeredConversation(R"([{"role":"assistant","content":"Hi"},{"role":"user","content":"a"}])",
                                               R"([{"role":"assistant","content":"one"}])")),
              "<assistant>Hi</><user>a</><assistant>");
    EXPECT_EQ(talk.prompt(""), "");
}

TEST_F(Answers, OfAnswersThatTheTemplateChangesLaterTheLastAlone)
{
    const std::string chat =
        "{% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' and loop.last %}(t){% endif %}"
        "{{ m.content }}</>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";
    const LookupTokenizer tokenizer;
    EXPECT_EQ(graded(talked(chat, someChat), tokenizer), "[(t)two</>]");
    EXPECT_TRUE(talked(chat, R"([{"role":"user","content":"a"},{"role":"assistant","content":"one"},
                                 {"role":"user","content":"b"}])")
                    .answers.empty());
}

TEST_F(Answers, OfAnAnswerThatStandsApartItAloneIsGraded)
{
    const std::string chat = "{% for m in messages %}<{{ m.role }}>{{ m.content }}</>{% endfor %}"
                             "{% if add_generation_prompt %}<assistant>{% endif %}";
    const LookupTokenizer tokenizer;
    const std::string prompt = R"([{"role":"user","content":"a"},{"role":"assistant","content":"one"},
                                   {"role":"user","content":"b"}])",
                      answer = R"([{"role":"assistant","content":"two"}])";
    const EncodedRow row = talked(chat, answeredConversation(prompt, answer));
    EXPECT_EQ(graded(row, tokenizer), "[two</>]");
    EXPECT_EQ(tokenizer.decode(row.ids, false), "<user>a</><assistant>one</><user>b</><assistant>two</>");
    // All that stands there, as trl has it.
    EXPECT_EQ(graded(talked(chat, answeredConversation(answer, prompt)), tokenizer),
              "[user>a</><assistant>one</><user>b</>]");
}

TEST_F(Answers, ConversationsOfPromptAndCompletionAreRecognised)
{
    RunConfig config;
    config.objective = "causal";
    const std::string row = R"({"id": 1, "prompt": [{"role": "user", "content": "ab"}],
        "completion": [{"role": "assistant", "content": "cd"}], "messages": [{"role": "user", "content": "other"}]})";
    config.data.train = {write("a.json", "[" + row + R"(, {"id": 2, "prompt": [{"role": "user", "content": "ab"}],
        "completion": null}])")
                             .string()};
    const DataPreview preview = previewData(config, withEnd());
    EXPECT_THAT(preview.readColumns, ElementsAre("prompt", "completion"));
    EXPECT_EQ(preview.columnReason, "named prompt and completion");
    EXPECT_EQ(preview.firstRows[0].text, "user: ab\nassistant: cd");
    EXPECT_EQ(preview.missingRows, 1);
    EXPECT_EQ(preview.lostAnswers, 1);
    EXPECT_EQ(preview.gradedTokens, 3 + 2 + 1);
    EXPECT_THAT(preview.notices.back(), AllOf(HasSubstr("prompt and completion hold conversations"),
                                              HasSubstr("; completion alone is graded")));
    EXPECT_EQ(previewColumns(config.data).column, "prompt, completion");

    config.data.prompt = "asked";
    config.data.completion = "said";
    config.data.train = {
        write("b.jsonl", R"({"asked": [{"from": "human", "value": "ab"}], "said": [{"from": "gpt", "value": "cd"}]})")
            .string()};
    EXPECT_EQ(previewData(config, withEnd()).gradedTokens, 3 + 2 + 1);
    config.data.train.push_back(write("c.jsonl", R"({"asked": "ab", "said": "cd"})").string());
    EXPECT_THAT(failure([&] { previewData(config, withEnd()); }), HasSubstr("some of the files hold conversations"));
    config.data.train = {write("d.jsonl", R"({"asked": [{"role": "user", "content": "ab"}], "said": "cd"})").string()};
    EXPECT_THAT(failure([&] { previewData(config, withEnd()); }), HasSubstr("\"asked\" is [{"));
}

TEST_F(Answers, ConversationsAreRecognised)
{
    RunConfig config;
    config.objective = "causal";
    config.data.train = {
        write("a.jsonl",
              R"({"id": 1, "messages": [{"role": "user", "content": "ab"}, {"role": "assistant", "content": "cd"}]}
{"id": 2, "messages": [{"role": "user", "content": "no answer"}]}
)")
            .string()};
    DataPreview preview = previewData(config, withEnd());
    EXPECT_EQ(preview.column, "messages");
    EXPECT_TRUE(preview.answersAlone);
    EXPECT_EQ(preview.firstRows[0].text, "user: ab\nassistant: cd");
    EXPECT_EQ(preview.firstRows[0].prompt, "User: ab\nAssistant:") << "as it is trained";
    EXPECT_EQ(preview.firstRows[1].prompt, "");
    EXPECT_EQ(preview.lostAnswers, 1);
    EXPECT_EQ(preview.examples, 1);
    EXPECT_EQ(preview.gradedTokens, 3 + 2 + 1); // " cd", the end of text (two letters here), the line's end
    EXPECT_THAT(preview.notices, ElementsAre(AllOf(HasSubstr("messages holds conversations"),
                                                   HasSubstr("has no chat template"), HasSubstr("alone are graded"))));
    config.data.train = {
        write("b.jsonl", R"({"conversations": [{"from": "human", "value": "ab"}, {"from": "gpt", "value": "cd"}]}
)")
            .string()};
    EXPECT_EQ(previewData(config, withEnd()).firstRows[0].text, "user: ab\nassistant: cd");
    config.data.train = {write("c.jsonl", "{\"messages\": [{\"content\": \"ab\"}]}\n").string()};
    EXPECT_THAT(failure([&] { previewData(config, withEnd()); }),
                AllOf(HasSubstr("line 1"), HasSubstr("no message with a role")));
}
