// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/texts_menu.h"

#include "core/arguments/references.h"
#include "core/base/text.h"
#include "ui/bench/workbench.h"
#include "ui/parts/choose_files.h"

#include <map>

namespace fettle::ui
{

QString bundledTextTitle(const std::string& name)
{
    if (name == "ships-log")
        return TextsMenu::tr("Ship’s log");
    if (name == "contract-clauses")
        return TextsMenu::tr("Contract clauses");
    if (name == "recipes")
        return TextsMenu::tr("Recipes");
    QString title = QString::fromStdString(name);
    title.replace(QLatin1Char('-'), QLatin1Char(' '));
    if (!title.isEmpty())
        title[0] = title[0].toUpper();
    return title;
}

QString textFileName(const std::string& reference)
{
    return QString::fromStdString(TextReference::parse(reference).fileName());
}

QStringList chosenTexts(const Workbench& workbench)
{
    QStringList all;
    for (const std::string& text : workbench.choices.config().data.train)
        all << QString::fromStdString(text);
    return all;
}

void askForTexts(Workbench& workbench, QWidget* parent, bool add)
{
    const QStringList files =
        chooseTexts(parent->window(), add ? TextsMenu::tr("Add texts") : TextsMenu::tr("Choose texts"));
    if (files.isEmpty())
        return;
    QStringList all = add ? chosenTexts(workbench) : QStringList();
    for (const QString& file : files)
        if (!all.contains(file))
            all << file;
    workbench.opener.offerTexts(all);
}

void askForTextFolder(Workbench& workbench, QWidget* parent, bool add)
{
    const QString folder = chooseTextFolder(parent->window(), add ? TextsMenu::tr("Add a folder of texts") : QString());
    if (!folder.isEmpty())
        workbench.opener.openTextFolder(folder, add ? chosenTexts(workbench) : QStringList());
}

TextsMenu::TextsMenu(Workbench& workbench, QWidget* parent) : QMenu(parent), m_workbench(workbench)
{
    const auto& texts = workbench.choices.config().data.train;
    addAction(tr("Choose other files…"), this, [this] { askForTexts(m_workbench, parentWidget(), false); });
    addAction(tr("Choose a folder of texts…"), this, [this] { askForTextFolder(m_workbench, parentWidget(), false); });
    addAction(tr("Add a folder of texts…"), this, [this] { askForTextFolder(m_workbench, parentWidget(), true); });
    offerOurs();
    addAction(tr("Keep rows of another file aside…"), this, &TextsMenu::takeValidationFile);
    addSeparator();
    if (texts.size() > 1)
        for (const std::string& text : texts)
            offerWeights(text);
    for (size_t i = 0; i < texts.size(); ++i)
        addAction(tr("Remove %1").arg(textFileName(texts[i])), this, [this, i] {
            QStringList left = chosenTexts(m_workbench);
            left.removeAt(static_cast<qsizetype>(i));
            m_workbench.choices.setTexts(left);
        });
}

void TextsMenu::offerOurs()
{
    QMenu* ours = addMenu(tr("Take one of ours"));
    for (const std::string& name : bundledTexts())
        ours->addAction(bundledTextTitle(name), this, [this, name] {
            m_workbench.choices.setTexts({QString::fromStdString(TextReference::bundled(name).text())});
        });
}

void TextsMenu::takeValidationFile()
{
    const QString file = chooseText(parentWidget()->window(), tr("Text to check with"));
    if (file.isEmpty())
        return;
    DataConfig rules = m_workbench.choices.config().data;
    rules.validation = file.toStdString();
    m_workbench.choices.setData(rules);
}

/// How often a pass over several texts reads this one.
void TextsMenu::offerWeights(const std::string& text)
{
    const auto& weights = m_workbench.choices.config().data.trainWeights;
    const auto found = weights.find(text);
    const double now = found == weights.end() ? 1 : found->second;
    std::map<double, QString> words{
        {0.25, tr("A quarter of its rows")}, {0.5, tr("Half of its rows")},   {1, tr("All rows once")},
        {2, tr("All rows twice")},           {3, tr("All rows three times")}, {5, tr("All rows five times")}};
    words.try_emplace(now, tr("%1 times, as set").arg(QString::fromStdString(shortest(now))));
    QMenu* often = addMenu(tr("How much a pass reads of %1").arg(textFileName(text)));
    for (const auto& entry : words) {
        QAction* action = often->addAction(entry.second, this, [this, text, weight = entry.first] {
            DataConfig rules = m_workbench.choices.config().data;
            rules.trainWeights.erase(text);
            if (weight != 1)
                rules.trainWeights[text] = weight;
            m_workbench.choices.setData(rules);
        });
        action->setCheckable(true);
        action->setChecked(entry.first == now);
    }
}

} // namespace fettle::ui
