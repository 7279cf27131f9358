// SPDX-License-Identifier: GPL-3.0-or-later
// How the page Try writes: a person's choice, before the model's generation_config.json, before Fettle's own values.
#include "ui/try/try_settings.h"

#include "core/base/error.h"
#include "tests/ui/ui_test_support.h"
#include "ui/try/knob.h"
#include "ui/try/try_knobs.h"

#include <QCheckBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSlider>
#include <QTest>
#include <functional>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using namespace fettle::ui;

class HowItWrites : public ::testing::Test
{
protected:
    HowItWrites()
    {
        fettle::ui::testing::application();
        QSettings().clear();
    }
    ~HowItWrites() override { QSettings().clear(); }

    static GenerationConfig file(const std::function<void(GenerationSettings&)>& change)
    {
        GenerationConfig config;
        config.path = "/models/one/generation_config.json";
        change(config.settings);
        return config;
    }
    static QSlider* slider(const TryKnobs& knobs, const char* name)
    {
        for (const Knob* knob : knobs.findChildren<Knob*>())
            for (const QLabel* label : knob->findChildren<QLabel*>())
                if (label->text() == QLatin1String(name))
                    return knob->findChild<QSlider*>();
        return nullptr;
    }
    static QString words(const TryKnobs& knobs)
    {
        QStringList all;
        for (const QLabel* label : knobs.findChildren<QLabel*>())
            all << label->text();
        return all.join(QLatin1Char('\n'));
    }
    static QPushButton* button(const TryKnobs& knobs, const char* text)
    {
        for (QPushButton* each : knobs.findChildren<QPushButton*>())
            if (each->text() == QLatin1String(text))
                return each;
        return nullptr;
    }
};

TEST_F(HowItWrites, AModelThatDoesNotSayIsAskedAsFettleUsuallyDoes)
{
    const GenerateOptions usual = TrySettings().options({});
    EXPECT_FALSE(usual.greedy);
    EXPECT_EQ(usual.temperature, 0.8);
    EXPECT_EQ(usual.topK, 40);
    EXPECT_EQ(usual.topP, 0.95);
    EXPECT_EQ(usual.repetitionPenalty, 1.1);
    EXPECT_EQ(usual.maxNewTokens, 128);
    EXPECT_EQ(usual.seed, 42);
}

/// What it leaves open is as it is on the command line, and only the length is Fettle's.
TEST_F(HowItWrites, AModelsOwnSettingsHoldWhereNothingWasChosen)
{
    const GenerationConfig config = file([](GenerationSettings& s) {
        s.doSample = true;
        s.temperature = 0.6;
        s.minP = 0.1;
        s.stopStrings = {"\n"};
    });
    TrySettings settings;
    GenerateOptions options = settings.options(config), onCommandLine = optionsFrom({}, config);
    EXPECT_EQ(options.temperature, 0.6);
    EXPECT_EQ(options.minP, 0.1);
    EXPECT_EQ(options.topK, onCommandLine.topK);
    EXPECT_EQ(options.topP, 1);
    EXPECT_EQ(options.repetitionPenalty, 1);
    EXPECT_EQ(options.stopStrings, std::vector<std::string>{"\n"});
    EXPECT_EQ(options.maxNewTokens, 128);
    settings.own.temperature = 1.3;
    settings.own.stopStrings = std::vector<std::string>{};
    options = settings.options(config);
    EXPECT_EQ(options.temperature, 1.3);
    EXPECT_TRUE(options.stopStrings.empty());
    EXPECT_EQ(options.minP, 0.1);

    const GenerationConfig cold = file([](GenerationSettings& s) { s.temperature = 0; });
    EXPECT_TRUE(TrySettings().options(cold).greedy);
    settings.own = {};
    settings.own.doSample = true;
    EXPECT_FALSE(settings.options(cold).greedy);
    EXPECT_EQ(settings.options(cold).temperature, 0.8) << "none can be drawn by 0";

    const GenerationConfig inAll = file([](GenerationSettings& s) { s.maxLength = 50; });
    EXPECT_EQ(TrySettings().options(inAll).maxLength, 50);
    settings.own.maxNewTokens = 16;
    EXPECT_EQ(settings.options(inAll).maxLength, 0);
    EXPECT_EQ(settings.options(inAll).maxNewTokens, 16);
    EXPECT_THROW(TrySettings().options(file([](GenerationSettings& s) { s.topP = 7; })), Error);
}

TEST_F(HowItWrites, OnesOwnIsRememberedAndNothingElse)
{
    TrySettings settings;
    settings.own.temperature = 0.35;
    settings.own.numBeams = 3;
    settings.own.doSample = false;
    settings.own.stopStrings = {"a\nb", "."};
    settings.seed = 7;
    settings.remember();
    TrySettings again;
    EXPECT_EQ(again.own.temperature, 0.35);
    EXPECT_EQ(again.own.numBeams, 3);
    EXPECT_EQ(again.own.doSample, false);
    EXPECT_EQ(again.own.stopStrings, settings.own.stopStrings);
    EXPECT_EQ(again.seed, 7);
    EXPECT_FALSE(again.own.topK || again.own.maxNewTokens);
    EXPECT_EQ(again.ownNames(), QStringList({QStringLiteral("temperature"), QStringLiteral("num_beams"),
                                             QStringLiteral("do_sample"), QStringLiteral("stop_strings")}));
    again.forget();
    EXPECT_TRUE(TrySettings().ownNames().isEmpty());
    EXPECT_EQ(TrySettings().seed, 7);
    QSettings().setValue(QStringLiteral("try/top_k"), QStringLiteral("many"));
    EXPECT_FALSE(TrySettings().own.topK);
}

TEST_F(HowItWrites, WhateverChangesATextChangesItsKey)
{
    const GenerateOptions plain;
    const auto differs = [&](auto&& change) {
        GenerateOptions other;
        change(other);
        return optionsKey(other) != optionsKey(plain);
    };
    using O = GenerateOptions;
    EXPECT_FALSE(differs([](O&) {}));
    EXPECT_TRUE(differs([](O& o) { o.minP = 0.1; }));
    EXPECT_TRUE(differs([](O& o) { o.numBeams = 2; }));
    EXPECT_TRUE(differs([](O& o) { o.seed = 1; }));
    EXPECT_TRUE(differs([](O& o) { o.stopStrings = {"x"}; }));
    EXPECT_TRUE(differs([](O& o) { o.topP = 0.9; }));
}

TEST_F(HowItWrites, TheKnobsShowWhereTheirValuesComeFrom)
{
    TryKnobs knobs;
    EXPECT_TRUE(words(knobs).contains(QStringLiteral("as Fettle usually has it"))) << words(knobs).toStdString();
    EXPECT_EQ(slider(knobs, "Choice")->value(), 40);
    GenerationConfig config = file([](GenerationSettings& s) {
        s.doSample = true;
        s.topK = 20;
        s.temperature = 3.5; // beyond the slider: shown and kept as it is
    });
    config.notices = {"generation_config.json asks for a thing that is not done"};
    knobs.setConfig(config);
    EXPECT_TRUE(words(knobs).contains(QStringLiteral("All is as the model says (generation_config.json).")));
    EXPECT_TRUE(words(knobs).contains(QStringLiteral("a thing that is not done")));
    EXPECT_EQ(slider(knobs, "Choice")->value(), 20);
    EXPECT_EQ(knobs.options().temperature, 3.5);
    EXPECT_TRUE(words(knobs).contains(QStringLiteral("3.5")));
    EXPECT_TRUE(button(knobs, "Back to the model's")->isHidden());

    slider(knobs, "Choice")->setValue(33);
    EXPECT_TRUE(words(knobs).contains(QStringLiteral("Yours: top_k. All else is as the model says")));
    knobs.setConfig({});
    EXPECT_EQ(knobs.options().topK, 33) << "it holds for the next model, too";
    EXPECT_EQ(knobs.options().temperature, 0.8);
    EXPECT_EQ(TryKnobs().options().topK, 33) << "and the next time";
    knobs.setConfig(config);
    button(knobs, "Back to the model's")->click();
    EXPECT_EQ(knobs.options().topK, 20);
    EXPECT_EQ(TryKnobs().options().topK, 40);

    knobs.setConfig(file([](GenerationSettings& s) { s.topP = 7; }));
    EXPECT_TRUE(words(knobs).contains(QStringLiteral("The model's own settings are not followed: ")))
        << words(knobs).toStdString();
    EXPECT_TRUE(words(knobs).contains(QStringLiteral("top_p = 7 is not possible")));
    EXPECT_EQ(knobs.options().topP, 0.95);
}

TEST_F(HowItWrites, BeamsDrawNothingAndStopsAreWrittenOneALine)
{
    TryKnobs knobs;
    auto* greedy = knobs.findChild<QCheckBox*>();
    EXPECT_FALSE(greedy->isChecked());
    slider(knobs, "num_beams")->setValue(3);
    EXPECT_EQ(knobs.options().numBeams, 4);
    EXPECT_TRUE(knobs.options().greedy);
    EXPECT_TRUE(greedy->isChecked());
    EXPECT_FALSE(slider(knobs, "min_p")->isEnabled());
    greedy->click();
    EXPECT_FALSE(knobs.options().greedy) << "drawn, with beams";
    EXPECT_EQ(knobs.options().numBeams, 4);
    EXPECT_TRUE(slider(knobs, "min_p")->isEnabled());
    slider(knobs, "no_repeat_ngram_size")->setValue(2);
    EXPECT_EQ(knobs.options().noRepeatNgramSize, 2);
    auto* stops = knobs.findChild<QPlainTextEdit*>();
    QTest::keyClicks(stops, QStringLiteral("The end"));
    QTest::keyClick(stops, Qt::Key_Return);
    QTest::keyClicks(stops, QStringLiteral("\\n\\n"));
    EXPECT_EQ(knobs.options().stopStrings, (std::vector<std::string>{"The end", "\n\n"}));
    EXPECT_EQ(TryKnobs().findChild<QPlainTextEdit*>()->toPlainText(), QStringLiteral("The end\n\\n\\n"));
    stops->clear();
    EXPECT_TRUE(knobs.options().stopStrings.empty());
    EXPECT_FALSE(TrySettings().own.stopStrings);
}

TEST_F(HowItWrites, NoMoreThanTheModelReadsAtOnce)
{
    TryKnobs knobs;
    QSlider* length = slider(knobs, "max_new_tokens");
    ASSERT_NE(length, nullptr);
    length->setValue(length->maximum());
    EXPECT_EQ(knobs.options().maxNewTokens, 512);
    knobs.setContextLength(128);
    EXPECT_EQ(knobs.options().maxNewTokens, 128);
    EXPECT_EQ(length->value(), length->maximum());
    EXPECT_TRUE(length->parentWidget()->toolTip().contains(QStringLiteral("no more than 128 tokens")));
    EXPECT_TRUE(words(knobs).contains(QStringLiteral("As much as the model reads at once")));
    knobs.setContextLength(2048);
    EXPECT_EQ(knobs.options().maxNewTokens, 512) << "what a person chose comes back";
    EXPECT_TRUE(length->parentWidget()->toolTip().isEmpty());
}

} // namespace
