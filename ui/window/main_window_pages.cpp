// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of the window, in the order of PageId.
#include "ui/window/main_window.h"

#include "ui/bench/workbench.h"
#include "ui/data/data_page.h"
#include "ui/home/home_page.h"
#include "ui/model/model_page.h"
#include "ui/runs/runs_page.h"
#include "ui/settings/settings_page.h"
#include "ui/train/train_page.h"
#include "ui/try/try_page.h"

#include <QStackedWidget>

namespace fettle::ui
{

void MainWindow::makePages()
{
    m_stack->addWidget(new HomePage(m_workbench, m_stack));
    m_stack->addWidget(new ModelPage(m_workbench, m_stack));
    m_stack->addWidget(new DataPage(m_workbench, m_stack));
    m_stack->addWidget(new SettingsPage(m_workbench, m_stack));
    m_stack->addWidget(new TrainPage(m_workbench, m_stack));
    m_stack->addWidget(new TryPage(m_workbench, m_stack));
    m_stack->addWidget(new RunsPage(m_workbench.run, m_workbench.runs, m_stack));
}

} // namespace fettle::ui
