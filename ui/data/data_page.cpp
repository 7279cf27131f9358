// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/data_page.h"

#include "core/arguments/references.h"
#include "ui/bench/workbench.h"
#include "ui/data/answer_columns.h"
#include "ui/data/data_source_card.h"
#include "ui/data/flow_line.h"
#include "ui/data/health_card.h"
#include "ui/data/length_card.h"
#include "ui/data/lined_delegate.h"
#include "ui/data/loupe_card.h"
#include "ui/data/preview_rows_model.h"
#include "ui/data/texts_menu.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/button.h"
#include "ui/parts/card.h"
#include "ui/parts/drop_field.h"
#include "ui/parts/label.h"
#include "ui/parts/main_side_split.h"
#include "ui/parts/rows.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLocale>
#include <QMenu>
#include <QTableView>
#include <algorithm>

namespace fettle::ui
{

namespace
{
/// Some rows high; what is left over makes it higher.
class RowsTable : public QTableView
{
public:
    using QTableView::QTableView;
    QSize sizeHint() const override { return {px(256), minimumHeight()}; }
};
} // namespace

DataPage::DataPage(Workbench& workbench, QWidget* parent)
    : Page(PageId::Data, tr("Data"), tr("The text the model learns from. Your file is only read, never changed."),
           parent),
      m_workbench(workbench)
{
    QPushButton* next = header()->primary();
    next->setText(tr("Next: Settings"));
    setButtonIcon(next, QStringLiteral("chevron-right"));
    next->setProperty("fettleIconBehind", true);
    connect(next, &QPushButton::clicked, this, [this] { Q_EMIT m_workbench.pageWanted(PageId::Settings); });

    m_source = new DataSourceCard(workbench, this);
    m_empty = makeEmpty();
    body()->addWidget(m_empty);
    body()->addWidget(m_source);
    m_flowCard = new Card({}, {}, this);
    for (QWidget* part : {m_empty, static_cast<QWidget*>(m_source), static_cast<QWidget*>(m_flowCard)}) {
        QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred); // as high as its width asks for
        policy.setHeightForWidth(true);
        part->setSizePolicy(policy);
    }
    m_flowCard->setBodyMargins(px(16), px(8), px(16), px(8));
    m_flow = new FlowLine(m_flowCard);
    m_flowCard->body()->addWidget(m_flow);
    body()->addWidget(m_flowCard);
    body()->addWidget(makeColumns(), 1000);
    body()->addStretch(1); // what is left over where there are no columns; the cards are as high as their words

    connect(&workbench.choices, &Choices::changed, this, &DataPage::showAll);
    connect(&workbench.text, &TextReading::changed, this, &DataPage::showAll);
    connect(&workbench.model, &ModelReading::changed, this, &DataPage::showAll);
    connect(&workbench.run, &RunWatch::changed, this, &DataPage::showAll);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_table->setMinimumHeight(px(95));
        m_table->verticalHeader()->setDefaultSectionSize(px(31));
        m_shown.reset(); // rich texts hold colours
        showAll();
    });
    showAll();
}

QWidget* DataPage::makeEmpty()
{
    auto* card = new Card({}, {}, this);
    card->setBodyMargins(px(16), px(16), px(16), px(16));
    auto* field =
        new DropField(QStringLiteral("file"), tr("No text yet"),
                      tr("Drop a file here, or click to choose one. Some hundred rows are a good start."), card);
    field->setMinimumHeight(px(190));
    card->body()->addWidget(field);
    card->body()->addSpacing(px(8));
    auto* folder =
        makeButton(tr("Open a folder of texts…"), Look::Outlined, ControlSize::Normal, QStringLiteral("folder"), card);
    connect(folder, &QPushButton::clicked, this, [this] { askForTextFolder(m_workbench, this, false); });
    card->body()->addWidget(folder, 0, Qt::AlignLeft);
    card->body()->addSpacing(px(8));
    card->body()->addWidget(new Label(tr("or begin with one of ours"), Type::Body, Ink::Text2, card));
    auto* ours = makeRow(nullptr, px(8));
    for (const std::string& name : bundledTexts()) {
        auto* button = makeButton(bundledTextTitle(name), Look::Outlined, ControlSize::Normal, {}, card);
        connect(button, &QPushButton::clicked, this, [this, name] {
            m_workbench.choices.setTexts({QString::fromStdString(TextReference::bundled(name).text())});
        });
        ours->addWidget(button);
    }
    ours->addStretch(1);
    card->body()->addLayout(ours);
    card->body()->addSpacing(px(8));
    card->body()->addWidget(
        (new Label(
             tr("txt (one row a line), docx, odt, pdf, epub, html, csv, xlsx, ods, jsonl, parquet … · only read, stays "
                "on this computer"),
             Type::Help, Ink::Text2, card))
            ->wrapped());
    connect(field, &QAbstractButton::clicked, this, [this] { askForTexts(m_workbench, this, false); });
    connect(field, &DropField::dropped, &m_workbench.opener, &Opener::openPaths);
    return card;
}

QWidget* DataPage::makeTextCard()
{
    auto* card = new Card(tr("Your text"), {}, this);
    m_column = new ElidedLabel({}, Type::Help, Ink::Text2, card);
    card->right()->addWidget(m_column);
    card->setBodyMargins(0, px(6), 0, 0);
    card->body()->setSpacing(0);
    m_rows = new PreviewRowsModel(this);
    m_table = new RowsTable(card);
    m_table->setModel(m_rows);
    m_table->setAccessibleName(tr("First rows of the text"));
    m_table->setShowGrid(false);
    m_table->setItemDelegate(new LinedDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->setTextElideMode(Qt::ElideRight);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(px(31));
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->horizontalHeader()->setSectionResizeMode(PreviewRowsModel::Row, QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(PreviewRowsModel::Text, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(PreviewRowsModel::Tokens, QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    m_table->setMinimumHeight(px(95));
    card->body()->addWidget(m_table, 1);
    m_tableNote = new Label({}, Type::Help, Ink::Text2, card);
    m_tableNote->setContentsMargins(px(16), px(6), px(16), px(8));
    card->body()->addWidget(m_tableNote);
    connect(m_table, &QWidget::customContextMenuRequested, this, &DataPage::showTableMenu);
    return card;
}

QWidget* DataPage::makeColumns()
{
    m_split = new MainSideSplit(QStringLiteral("data"), tr("Your text"), tr("What is graded"), this, 0.42);
    m_split->setLeastHeight(360);
    auto* left = new QWidget(m_split);
    auto* leftColumn = makeColumn(left, 12);
    leftColumn->addWidget(makeTextCard(), 1);
    m_lengths = new LengthCard(left);
    leftColumn->addWidget(m_lengths, 1);
    m_split->setMain(left);

    auto* right = new QWidget(m_split);
    auto* rightColumn = makeColumn(right, 12);
    m_loupe = new LoupeCard(right);
    rightColumn->addWidget(m_loupe, 1);
    m_health = new HealthCard(right);
    rightColumn->addWidget(m_health);
    m_split->setSide(right);

    connect(m_lengths, &LengthCard::cutMoving, m_rows, &PreviewRowsModel::setCut);
    connect(m_lengths, &LengthCard::cutChosen, this, &DataPage::setCut);
    connect(m_lengths, &LengthCard::blocksChosen, this,
            [this](Blocks blocks) { changeData([blocks](DataConfig& rules) { rules.blocks = blocks; }); });
    connect(m_loupe, &LoupeCard::endOfTextChosen, this,
            [this](bool append) { changeData([append](DataConfig& rules) { rules.appendEndOfText = append; }); });
    connect(m_health, &HealthCard::remedyWanted, this, [this](HealthItem::Remedy remedy) {
        if (remedy == HealthItem::Remedy::ReadAsAnswers)
            return m_source->answers()->chooseLikely();
        changeData([remedy](DataConfig& rules) {
            switch (remedy) {
            case HealthItem::Remedy::KeepAside:
                rules.validationFraction = 0.05;
                break;
            case HealthItem::Remedy::JoinInBlocks:
                rules.blocks = Blocks::Packed;
                break;
            case HealthItem::Remedy::LeaveEmptyOut:
            case HealthItem::Remedy::KeepEmpty:
                rules.skipEmptyRows = remedy == HealthItem::Remedy::LeaveEmptyOut;
                break;
            default:
                break;
            }
        });
    });
    return m_split;
}

template <class Change>
void DataPage::changeData(Change change)
{
    DataConfig rules = m_workbench.choices.config().data;
    change(rules);
    m_workbench.choices.setData(rules);
}

void DataPage::setCut(int tokens)
{
    changeData([tokens](DataConfig& rules) { rules.maxLength = tokens; });
}

void DataPage::refresh()
{
    showAll();
}

void DataPage::showAll()
{
    const bool any = !m_workbench.choices.config().data.train.empty();
    m_empty->setVisible(!any);
    m_source->setVisible(any);
    header()->setSentence(m_workbench.run.isRunning()
                              ? tr("A run uses this text: nothing can be changed until it ends.")
                              : tr("The text the model learns from. Your file is only read, never changed."));
    m_source->showConfig();
    showNext();
    const auto preview = m_workbench.text.preview();
    m_flowCard->setVisible(any && preview);
    m_split->setVisible(any && preview);
    if (any && preview)
        showPreview();
}

void DataPage::showNext()
{
    const auto problem = m_source->problem();
    const bool any = !m_workbench.choices.config().data.train.empty();
    const QString reason = problem ? tr("Mend this first: %1").arg(problem->message)
                           : any   ? QString()
                                   : tr("Choose a text first.");
    QPushButton* next = header()->primary();
    next->setEnabled(reason.isEmpty());
    next->setToolTip(reason);
    next->setAccessibleDescription(reason);
}

void DataPage::showPreview()
{
    const auto preview = m_workbench.text.preview();
    const RunConfig& config = m_workbench.choices.config();
    const ModelFacts* model = m_workbench.model.entry();
    const Objective objective = config.objective == "masked"   ? Objective::Masked
                                : config.objective == "causal" ? Objective::Causal
                                : model != nullptr             ? model->objective
                                                               : Objective::Causal;
    const bool locked = m_workbench.run.isRunning();
    const int64_t cut = joinsRows(config.data.blocks) ? 0 : config.data.maxLength;
    if (preview != m_shown) {
        m_shown = preview;
        m_lengthTable = LengthTable(preview->tokensPerRow);
        m_rows->setPreview(preview, cut);
        if (const auto text = std::pair(config.data.train, preview->column); text != m_shownText) {
            m_shownText = text;
            m_table->scrollToTop();
        }
        m_loupe->setPreview(preview, objective, m_workbench.model.maskToken());
        m_flow->setStages(flowStages(config, *preview));
        m_health->setItems(healthOf(config, *preview, m_lengthTable, objective), locked);
        const auto shown = static_cast<int64_t>(preview->firstRows.size());
        m_tableNote->setText(shown < preview->rows ? tr("The first %1 of %2 rows")
                                                         .arg(shown)
                                                         .arg(QLocale().toString(static_cast<qlonglong>(preview->rows)))
                                                   : counted(preview->rows, tr("The only row"), tr("All %1 rows")));
        const QString column = QString::fromStdString(preview->column);
        m_column->setText(column.isEmpty()                  ? QString()
                          : preview->readColumns.size() > 1 ? tr("columns %1").arg(column)
                                                            : tr("column “%1”").arg(column));
    }
    m_rows->setCut(cut);
    m_lengths->setRows(m_lengthTable, config.data, model != nullptr ? static_cast<int>(model->contextLength) : 0);
    m_lengths->setLocked(locked);
    m_loupe->setEndOfText(config.data.appendEndOfText);
    m_loupe->setLocked(locked);
}

void DataPage::showTableMenu(const QPoint& where)
{
    const QModelIndex index = m_table->indexAt(where);
    if (!index.isValid() || !m_shown)
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto text = QString::fromStdString(m_shown->firstRows[static_cast<size_t>(index.row())].text);
    menu->addAction(tr("Copy the text"), this, [text] { QApplication::clipboard()->setText(text); });
    menu->popup(m_table->viewport()->mapToGlobal(where));
}

} // namespace fettle::ui
