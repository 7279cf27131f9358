// SPDX-License-Identifier: GPL-3.0-or-later
// The page Model in the whole window: choosing with the mouse, folders of other kinds, folders that are no models.
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/models/inspect.h"
#include "tests/ui/roberta_folder.h"
#include "tests/ui/ui_test_support.h"
#include "tests/ui/whole_window.h"
#include "ui/look/words.h"
#include "ui/model/model_details.h"
#include "ui/model/model_row.h"
#include "ui/model/piece_view.h"
#include "ui/parts/badges.h"
#include "ui/parts/blanks.h"
#include "ui/parts/serif_label.h"
#include "ui/window/rail_lines.h"

#include <QLineEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <fstream>
#include <nlohmann/json.hpp>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using namespace fettle::ui::testing;

class ModelFolders : public WholeWindow
{
protected:
    ModelFolders()
    {
        shown(PageId::Model);
        root = folder.path().toStdString();
    }
    ModelRow* row(const std::string& name)
    {
        for (auto* one : page(PageId::Model)->findChildren<ModelRow*>())
            if (one->entry().name == name && one->isVisible())
                return one;
        return nullptr;
    }
    QString details() const { return seenWords(*page(PageId::Model)->findChild<ModelDetails*>()); }
    void open(const std::filesystem::path& path)
    {
        workbench->opener.openModelFolder(QString::fromStdString(path.string()));
    }
    std::filesystem::path written(const char* name, const char* file, const char* text)
    {
        std::filesystem::create_directories(root / name);
        writeFileAtomically(root / name / file, text);
        return root / name;
    }

    QTemporaryDir folder;
    std::filesystem::path root;
};

TEST_F(ModelFolders, ABundledModelIsChosenWithTheMouseAndToldAsItIs)
{
    EXPECT_TRUE(details().contains(QStringLiteral("Choose a model from the list.")));
    EXPECT_FALSE(primary(PageId::Model)->isEnabled());
    ASSERT_TRUE(waitFor([this] { return row("nano-bert") && row("nano-gpt"); }, 30000));
    for (const char* name : {"nano-bert", "nano-gpt"}) {
        press(row(name));
        EXPECT_EQ(workbench->choices.config().model, std::string("bundled:") + name);
        ASSERT_TRUE(waitFor([this] { return workbench->model.entry() != nullptr; }, 30000));
        const ModelFacts facts = inspectModel(std::string("bundled:") + name);
        const QString seen = details();
        for (const QString& fact : {QString::fromStdString(facts.architecture), countText(facts.parameters),
                                    countText(facts.vocabularySize), countText(facts.contextLength)})
            EXPECT_TRUE(seen.contains(fact)) << name << " lacks " << fact.toStdString();
        EXPECT_TRUE(seen.contains(facts.isMasked() ? QStringLiteral("fills in blanks (masked)")
                                                   : QStringLiteral("writes on (causal)")));
        EXPECT_TRUE(row(name)->isChecked());
    }
    EXPECT_FALSE(row("nano-bert")->isChecked());
    press(primary(PageId::Model));
    EXPECT_EQ(window->currentPage(), PageId::Data);
}

TEST_F(ModelFolders, ASentenceIsCutAsItsTokenizerDoes)
{
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    ASSERT_TRUE(waitFor([this] { return workbench->model.entry() != nullptr; }, 30000));
    auto* sentence = page(PageId::Model)->findChild<ModelDetails*>()->findChild<QLineEdit*>();
    sentence->selectAll();
    QTest::keyClicks(sentence, QStringLiteral("The boatswain sang"));
    const size_t pieces = cutText("bundled:nano-gpt", "The boatswain sang").size();
    EXPECT_TRUE(waitFor([&] { return details().contains(QStringLiteral("%1 tokens ·").arg(pieces)); }, 20000))
        << details().toStdString();
}

TEST_F(ModelFolders, AFolderIsListedChosenAndAskedByItsOwnMaskToken)
{
    const std::filesystem::path model = writeRoberta(root / "sea-roberta");
    QSignalSpy filled(&workbench->tries, &Tries::filled), failed(&workbench->tries, &Tries::failed);
    open(model);
    ASSERT_TRUE(waitFor([this] { return workbench->model.entry() && row("sea-roberta"); }, 30000));
    EXPECT_EQ(workbench->choices.config().model, model.string());
    EXPECT_TRUE(row("sea-roberta")->isChecked());
    EXPECT_TRUE(words(PageId::Model).contains(QStringLiteral("Folders you added")));
    EXPECT_TRUE(details().contains(QStringLiteral("RoBERTa")));
    EXPECT_EQ(railMark(*workbench, PageId::Model), Mark::Tick);
    ASSERT_TRUE(waitFor([&] { return filled.count() + failed.count() > 0; }, 30000));
    ASSERT_EQ(failed.count(), 0) << failed.at(0).at(1).value<Problem>().message.toStdString();
    const auto guesses = filled.at(0).at(1).value<std::vector<std::vector<FillCandidate>>>();
    EXPECT_EQ(guesses.size(), 1U) << "the sentence has one blank";
    EXPECT_FALSE(words(PageId::Model).contains(QStringLiteral("mask>")));
    // It is there again when the program starts again.
    begin();
    shown(PageId::Model);
    EXPECT_TRUE(waitFor([this] { return row("sea-roberta") != nullptr; }, 30000));
}

TEST_F(ModelFolders, AModelWhoseWeightsAreNoNumbersIsNotCalledReady)
{
    const std::filesystem::path model = root / "broken-weights";
    std::filesystem::copy(resolveModel("bundled:nano-gpt"), model);
    const std::filesystem::path weights = model / "model.safetensors";
    std::filesystem::permissions(weights, std::filesystem::perms::owner_all);
    std::fstream file(weights, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(-4, std::ios::end);
    file.write("\x00\x00\xc0\x7f", 4); // NaN, whatever the type
    file.close();
    open(model);
    ASSERT_TRUE(waitFor([this] { return workbench->model.problem().has_value(); }, 30000));
    EXPECT_FALSE(details().contains(QStringLiteral("Files checked")));
    EXPECT_EQ(railMark(*workbench, PageId::Model), Mark::Alert);
}

TEST_F(ModelFolders, AnUnknownTypeIsToldWithThoseThatAreKnown)
{
    open(written("mamba", "config.json", R"({"model_type": "mamba"})"));
    ASSERT_TRUE(waitFor([this] { return workbench->model.problem() && !workbench->models.problems().empty(); }, 30000));
    QCoreApplication::processEvents();
    // In the list, and beside it, where a model's facts stand.
    for (const QString& seen : {words(PageId::Model), details()}) {
        EXPECT_TRUE(seen.contains(QStringLiteral("“mamba”")) || seen.contains(QStringLiteral("\"mamba\"")))
            << seen.toStdString();
        for (const char* known : {"gpt2", "bert", "llama", "mistral", "qwen2", "roberta", "distilbert"})
            EXPECT_TRUE(seen.contains(QLatin1String(known))) << known << " in:\n" << seen.toStdString();
    }
    EXPECT_EQ(row("mamba"), nullptr);
    EXPECT_EQ(railMark(*workbench, PageId::Model), Mark::Alert);
    EXPECT_FALSE(primary(PageId::Model)->isEnabled());
    press(PageId::Model, QStringLiteral("Take it off the list"));
    EXPECT_TRUE(waitFor([this] { return workbench->models.problems().empty(); }, 20000));
}

TEST_F(ModelFolders, AnAdapterSaysWhatItIsAndWhatToDo)
{
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    open(written("lora", "adapter_config.json",
                 R"({"peft_type": "LORA", "base_model_name_or_path": "openai-community/gpt2"})"));
    ASSERT_TRUE(waitFor([this] { return !workbench->models.problems().empty(); }, 30000));
    QCoreApplication::processEvents();
    const QString seen = words(PageId::Model);
    EXPECT_TRUE(seen.contains(QStringLiteral("is a LoRA adapter: it changes the base model"))) << seen.toStdString();
    EXPECT_TRUE(seen.contains(QStringLiteral("openai-community/gpt2")));
    EXPECT_TRUE(seen.contains(QStringLiteral("Download the base model"))) << "the way out";
    EXPECT_EQ(workbench->choices.config().model, "bundled:nano-gpt") << "what was chosen stays";
}

TEST_F(ModelFolders, AModelThatAnAdapterLiesBesideIsTakenWithoutIt)
{
    const std::filesystem::path model = writeRoberta(root / "both");
    written("both", "adapter_config.json", R"({"peft_type": "LORA"})");
    open(model);
    ASSERT_TRUE(waitFor([this] { return workbench->model.entry() != nullptr; }, 30000));
    EXPECT_TRUE(details().contains(QStringLiteral("adapter (LoRA), which is not applied"))) << details().toStdString();
}

} // namespace
