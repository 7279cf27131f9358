// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/sample_steps.h"

#include "core/base/passes.h"
#include "ui/parts/button.h"
#include "ui/parts/label.h"

#include <QCheckBox>
#include <QGridLayout>

namespace fettle::ui
{

SampleSteps::SampleSteps(QWidget* parent) : QWidget(parent)
{
    m_grid = new QGridLayout(this);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(6);
    m_previous = makeIconButton(QStringLiteral("chevron-left"), tr("Previous sample (←)"), this);
    m_next = makeIconButton(QStringLiteral("chevron-right"), tr("Next sample (→)"), this);
    connect(m_previous, &QPushButton::clicked, this, [this] { Q_EMIT stepWanted(m_previousStep); });
    connect(m_next, &QPushButton::clicked, this, [this] { Q_EMIT stepWanted(m_nextStep); });
    m_step = new Label({}, Type::CardTitle, Ink::Accent, this);
    m_epoch = new Label({}, Type::Mono, Ink::Text2, this);
    m_follow = new QCheckBox(tr("Follow newest"), this);
    m_follow->setToolTip(
        tr("Goes to every new sample as it is written, and so does a zoomed stretch of the curves (End)"));
    connect(m_follow, &QCheckBox::clicked, this, &SampleSteps::followWanted);
    m_grid->addWidget(m_previous, 0, 0);
    m_grid->addWidget(m_next, 0, 1);
    m_grid->addWidget(m_step, 0, 2);
    m_grid->addWidget(m_epoch, 0, 3);
    m_grid->setColumnStretch(4, 1);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    arrange();
}

void SampleSteps::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void SampleSteps::arrange()
{
    const int row = m_previous->sizeHint().width() + m_next->sizeHint().width() + m_step->sizeHint().width() +
                    m_epoch->sizeHint().width() + m_follow->sizeHint().width() + 5 * m_grid->spacing();
    m_grid->removeWidget(m_follow);
    if (row <= width())
        m_grid->addWidget(m_follow, 0, 5);
    else
        m_grid->addWidget(m_follow, 1, 0, 1, 6);
}

void SampleSteps::show(const RunHistory& history, int shown, bool follow)
{
    const int count = int(history.samples.size());
    m_previousStep = shown > 0 ? history.samples[size_t(shown - 1)].step : -1;
    m_nextStep = shown >= 0 && shown + 1 < count ? history.samples[size_t(shown + 1)].step : -1;
    m_previous->setEnabled(m_previousStep >= 0);
    m_next->setEnabled(m_nextStep >= 0);
    if (shown < 0) {
        clear();
        m_follow->setChecked(follow);
        return;
    }
    m_follow->setChecked(follow);
    const SampleSet& set = history.samples[size_t(shown)];
    m_step->setText(tr("Step %1").arg(set.step));
    m_epoch->setText(tr("epoch %1").arg(QString::fromStdString(passesText(set.epoch))));
    arrange();
}

void SampleSteps::clear()
{
    m_previousStep = m_nextStep = -1;
    m_previous->setEnabled(false);
    m_next->setEnabled(false);
    m_follow->setChecked(true);
    m_step->clear();
    m_epoch->clear();
}

} // namespace fettle::ui
