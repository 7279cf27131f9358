// SPDX-License-Identifier: GPL-3.0-or-later
// How a model writes: the knobs of the page Try, as a person set them, else as the model says.
#pragma once

#include "ui/bench/problem.h"
#include "ui/parts/card.h"
#include "ui/try/try_settings.h"

#include <functional>
#include <optional>

class QCheckBox;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QVBoxLayout;

namespace fettle::ui
{

class FoldHeader;
class Knob;
class Label;

class TryKnobs : public Card
{
    Q_OBJECT

public:
    explicit TryKnobs(QWidget* parent = nullptr);
    void setMasked(bool masked);
    /// What the model says of how it is to write, or why that cannot be read; shown wherever a person chose nothing.
    void setConfig(const GenerationConfig& config, const std::optional<Problem>& problem = {});
    /// The tokens that the models read at once; 0: not known. No more are written.
    void setContextLength(int64_t tokens);
    GenerateOptions options() const { return m_options; }
    int guesses() const; ///< masked: how many for each blank

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeCausal();
    QWidget* makeMasked();
    QWidget* makeSource();
    QWidget* makeSeed(QWidget* page);
    QWidget* makeMore(QWidget* page);
    QWidget* makeStops(QWidget* page);
    template <typename T>
    Knob* addKnob(QVBoxLayout* column, std::optional<T> GenerationSettings::*own, Knob* knob);
    void takeStops();
    void chosen(); ///< by a person
    void work();   ///< out what holds, and show it
    void showSource();
    void showMore();

    TrySettings m_settings;
    GenerationConfig m_config;
    std::optional<Problem> m_problem; ///< of the model's file
    GenerateOptions m_options;
    int64_t m_context = 0;
    std::vector<std::function<void()>> m_shows; ///< each shows what holds in one knob
    QStackedWidget* m_stack;
    Label *m_source, *m_unfollowed;
    QPushButton* m_back;
    Knob *m_temperature, *m_topK, *m_topP, *m_length, *m_beams, *m_minP, *m_typicalP, *m_guesses;
    QSpinBox* m_seed;
    QPushButton* m_another;
    QCheckBox* m_greedy;
    FoldHeader* m_more;
    QPlainTextEdit* m_stops = nullptr;
};

} // namespace fettle::ui
