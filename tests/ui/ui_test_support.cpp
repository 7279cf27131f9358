// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test_support.h"

#include "ui/look/style.h"

#include <QElapsedTimer>
#include <QLocale>

namespace fettle::ui::testing
{

QApplication& application()
{
    static QTemporaryDir home;
    static int argc = 1;
    static char name[] = "test_ui";
    static char* argv[] = {name, nullptr};
    static QApplication* app = [] {
        qputenv("HOME", home.path().toLocal8Bit());
        qputenv("XDG_CONFIG_HOME", (home.path() + QStringLiteral("/config")).toLocal8Bit());
        auto* made = static_cast<QApplication*>(QCoreApplication::instance());
        if (!made)
            made = new QApplication(argc, argv);
        QCoreApplication::setOrganizationName(QStringLiteral("Fettle"));
        QCoreApplication::setApplicationName(QStringLiteral("Fettle"));
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        applyStyle(*made);
        return made;
    }();
    return *app;
}

bool waitFor(const std::function<bool()>& done, int milliseconds)
{
    QElapsedTimer clock;
    clock.start();
    while (!done()) {
        if (clock.elapsed() > milliseconds)
            return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    }
    return true;
}

} // namespace fettle::ui::testing
