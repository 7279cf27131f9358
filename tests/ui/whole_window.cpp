// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/whole_window.h"

#include "core/runs/journal_reader.h"
#include "tests/ui/ui_test_support.h"

#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QTextDocumentFragment>
#include <QTextEdit>

namespace fettle::ui::testing
{

namespace
{
/// What was put into a layout just now is shown with the next events.
void settle()
{
    for (int depth = 0; depth < 3; ++depth) {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    }
}

QString plainText(const QLabel& label)
{
    const bool rich =
        label.textFormat() == Qt::RichText || (label.textFormat() == Qt::AutoText && Qt::mightBeRichText(label.text()));
    return rich ? QTextDocumentFragment::fromHtml(label.text()).toPlainText() : label.text();
}
} // namespace

QString seenWords(const QWidget& widget)
{
    settle();
    QStringList words;
    for (const QWidget* one : widget.findChildren<QWidget*>()) {
        if (!one->isVisible())
            continue;
        if (const auto* label = qobject_cast<const QLabel*>(one))
            words << plainText(*label);
        else if (const auto* button = qobject_cast<const QAbstractButton*>(one))
            words << button->text();
        else if (const auto* text = qobject_cast<const QTextEdit*>(one))
            words << text->toPlainText();
    }
    return words.join(QLatin1Char('\n'));
}

QAbstractButton* seenButton(const QWidget& widget, const QString& words)
{
    settle();
    for (auto* button : widget.findChildren<QAbstractButton*>())
        if (button->isVisible() && (button->text() == words || button->accessibleName() == words))
            return button;
    return nullptr;
}

std::vector<Event> journalOf(const std::filesystem::path& runFolder)
{
    std::vector<Event> events;
    JournalReader(runFolder / "journal.jsonl").readOn([&](Event&& event) { events.push_back(std::move(event)); });
    return events;
}

WholeWindow::WholeWindow()
{
    application();
    QSettings().clear();
    std::filesystem::remove_all(defaultRunsFolder());
    begin();
}

WholeWindow::~WholeWindow()
{
    window.reset();
    workbench.reset();
    std::filesystem::remove_all(defaultRunsFolder());
}

void WholeWindow::begin()
{
    window.reset();
    workbench = std::make_unique<Workbench>();
    window = std::make_unique<MainWindow>(*workbench);
    window->resize(1280, 800);
    window->show();
    QApplication::setActiveWindow(window.get());
}

Page* WholeWindow::shown(PageId id)
{
    window->showPage(id);
    QCoreApplication::processEvents();
    return page(id);
}

void WholeWindow::press(QAbstractButton* button) const
{
    ASSERT_NE(button, nullptr);
    ASSERT_TRUE(button->isVisible());
    ASSERT_TRUE(button->isEnabled()) << button->text().toStdString();
    QTest::mouseClick(button, Qt::LeftButton);
}

RunConfig WholeWindow::smallRun(const char* name, int64_t steps)
{
    RunConfig config;
    config.model = "bundled:nano-gpt";
    config.data.train = {"bundled:ships-log"};
    config.data.validationFraction = 0.02;
    config.data.maxLength = 32;
    config.samples.prompts = {"In the morning"};
    config.samples.maxNewTokens = 6;
    config.samples.everySteps = 4;
    config.arguments.max_steps = steps;
    config.arguments.per_device_train_batch_size = 2;
    config.arguments.learning_rate = 1e-3;
    config.arguments.output_dir = runFolder(name).string();
    return config;
}

} // namespace fettle::ui::testing
