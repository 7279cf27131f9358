// SPDX-License-Identifier: GPL-3.0-or-later
// fettle: the window.
#include "core/base/version.h"
#include "ui/bench/workbench.h"
#include "ui/look/icons.h"
#include "ui/look/style.h"
#include "ui/look/theme.h"
#include "ui/window/main_window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QIcon>
#include <QLocale>
#include <QSocketNotifier>
#include <QTimer>
#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace fettle::ui
{
namespace
{

/// A signal handler may do next to nothing: it writes a byte, the event loop reads it.
int signalPipe[2] = {-1, -1};

bool catchSignals()
{
    if (::pipe2(signalPipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return false;
    struct sigaction action = {};
    action.sa_handler = [](int) { [[maybe_unused]] const auto written = ::write(signalPipe[1], "", 1); };
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before = {};
        // The second Ctrl+C or SIGTERM ends the program at once; a closing terminal says it twice and knows no hurry.
        action.sa_flags = SA_RESTART | (signal == SIGHUP ? 0 : SA_RESETHAND);
        if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) // nohup asked for that
            sigaction(signal, &action, nullptr);
    }
    return true;
}

struct Wishes {
    QString path;
    bool start = false, demo = false, quitWhenDone = false;
    QString screenshots;
};

Wishes parse(const QCoreApplication& app)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Fine-tunes language models on your own text, and shows how they learn."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("path"),
        QCoreApplication::translate("main", "A run file, a run folder, a model folder or a text."),
        QStringLiteral("[RUN.json | RUN_FOLDER]"));
    const QCommandLineOption start(QStringLiteral("start"),
                                   QCoreApplication::translate("main", "Start the run file at once."));
    const QCommandLineOption demo(QStringLiteral("demo"),
                                  QCoreApplication::translate("main", "Start the bundled demo."));
    const QCommandLineOption quit(QStringLiteral("quit-when-done"),
                                  QCoreApplication::translate("main", "Close the window when the run has finished."));
    const QCommandLineOption shots(QStringLiteral("screenshots"),
                                   QCoreApplication::translate("main", "Save a picture of every page into DIR."),
                                   QStringLiteral("DIR"));
    parser.addOptions({start, demo, quit, shots});
    parser.process(app);
    return {parser.positionalArguments().value(0), parser.isSet(start), parser.isSet(demo), parser.isSet(quit),
            parser.value(shots)};
}

/// What the command line wished, in its order: open, start, take pictures, quit.
class Errand : public QObject
{
public:
    Errand(Workbench& workbench, MainWindow& window, Wishes wishes)
        : m_workbench(workbench), m_window(window), m_wishes(std::move(wishes))
    {
    }

    void begin()
    {
        connect(&m_workbench.run, &RunWatch::updated, this, &Errand::whileRunning);
        connect(&m_workbench.run, &RunWatch::changed, this, &Errand::afterChange);
        connect(&m_workbench, &Workbench::startFailed, this, [this](const Problem& problem) {
            if (m_wishes.quitWhenDone)
                giveUp(problem.message, problem.hint);
        });
        connect(&m_workbench, &Workbench::message, this, [this](const QString& message, const QString& hint) {
            if (m_wishes.quitWhenDone && !m_workbench.run.isRunning())
                giveUp(message, hint);
        });
        const bool goOn = m_wishes.start && QFileInfo(m_wishes.path).isDir();
        if (goOn)
            m_workbench.run.continueRun(QFileInfo(m_wishes.path).absoluteFilePath());
        else if (!m_wishes.path.isEmpty())
            m_workbench.opener.openPath(m_wishes.path);
        if (m_wishes.demo)
            m_workbench.startDemo(QStringLiteral("ships-log"));
        else if (m_wishes.start && !goOn)
            m_workbench.start();
        const bool nothingStarts = !m_wishes.start && !m_wishes.demo;
        if (nothingStarts && (!m_wishes.screenshots.isEmpty() || m_wishes.quitWhenDone))
            QTimer::singleShot(2500, this, [this] { finish(0); });
    }

    /// The session ends, or the terminal that it was started from: nobody is there to be asked.
    void saveAndQuit()
    {
        if (!m_workbench.run.isRunning())
            return QCoreApplication::exit(0);
        connect(&m_workbench.run, &RunWatch::changed, this, [this] {
            if (!m_workbench.run.isRunning())
                QCoreApplication::exit(0);
        });
        m_workbench.run.stop(StopMode::SaveAndStop);
    }

private:
    void giveUp(const QString& message, const QString& hint)
    {
        qCritical("%s\n%s", qPrintable(message), qPrintable(hint));
        QTimer::singleShot(0, qApp, [] { QCoreApplication::exit(1); });
    }

    void whileRunning()
    {
        const bool half = m_workbench.run.isRunning() && m_workbench.run.progress() >= 0.5;
        if (!half || m_halfway || m_wishes.screenshots.isEmpty())
            return;
        m_halfway = true;
        // Not from inside a signal: taking pictures processes events.
        QTimer::singleShot(0, this,
                           [this] { m_window.saveScreenshots(m_wishes.screenshots, QStringLiteral("-training")); });
    }

    void afterChange()
    {
        if (m_workbench.run.isRunning()) {
            m_ran = true;
            return;
        }
        if (!m_ran || m_finished)
            return;
        m_finished = true;
        const auto* history = m_workbench.run.history();
        const bool failed = history && history->finished && history->finished->reason == fettle::FinishReason::Failed;
        if (failed && m_wishes.quitWhenDone)
            qCritical("%s", history->finished->message.c_str());
        // The pages read what the run left behind; give them a moment.
        QTimer::singleShot(1500, this, [this, failed] { finish(failed ? 1 : 0); });
    }

    void finish(int code)
    {
        if (!m_wishes.screenshots.isEmpty())
            m_window.saveScreenshots(m_wishes.screenshots);
        if (m_wishes.quitWhenDone)
            QCoreApplication::exit(code);
    }

    Workbench& m_workbench;
    MainWindow& m_window;
    Wishes m_wishes;
    bool m_ran = false, m_halfway = false, m_finished = false;
};

} // namespace

int run(QApplication& app)
{
    const Wishes wishes = parse(app);

    Theme::instance().followSystem();
    applyStyle(app);
    Workbench workbench;
    MainWindow window(workbench);
    window.show();
    Errand errand(workbench, window, wishes);
    QTimer::singleShot(0, &errand, [&errand] { errand.begin(); });
    if (catchSignals()) {
        auto* caught = new QSocketNotifier(signalPipe[0], QSocketNotifier::Read, &errand);
        QObject::connect(caught, &QSocketNotifier::activated, &errand, [&errand, caught] {
            caught->setEnabled(false);
            errand.saveAndQuit();
        });
    }
    return app.exec();
}

int start(int argc, char** argv)
{
    QApplication app(argc, argv);
    // Numbers of files and of the engine are read and written with a point, whatever the country.
    std::setlocale(LC_NUMERIC, "C");
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QCoreApplication::setOrganizationName(QStringLiteral("Fettle"));
    QCoreApplication::setApplicationName(QStringLiteral("Fettle"));
    QCoreApplication::setApplicationVersion(QString::fromLatin1(programVersion()));
    QGuiApplication::setWindowIcon(QIcon(iconPixmap(QStringLiteral("fettle"), Qt::white, 128, 1)));
    QGuiApplication::setDesktopFileName(QStringLiteral("io.github.fettle.Fettle"));
    return run(app);
}

} // namespace fettle::ui

int main(int argc, char** argv)
{
    // Neither a terminal's pipe that closes nor a limit on file size ends the program: both become errors of write().
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    const auto isQuestion = [](std::string_view word) {
        return word == "--help" || word == "-h" || word == "--version";
    };
    if (std::any_of(argv + 1, argv + argc, isQuestion)) { // answered without a display
        QCoreApplication app(argc, argv);
        QCoreApplication::setApplicationVersion(QString::fromLatin1(fettle::programVersion()));
        fettle::ui::parse(app); // prints and leaves
    }
    const int code = fettle::ui::start(argc, argv);
    std::fflush(nullptr);
    std::_Exit(code); // as fettle-cli: without LibTorch's farewell
}
