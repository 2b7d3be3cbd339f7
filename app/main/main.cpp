// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-studio: designs curricula, watches runs, audits what is distilled.
#include "app/main/demo_maker.h"
#include "app/pages/main_window.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "core/base/version.h"
#include "core/store/run_folder.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>
#include <QStatusBar>
#include <QTimer>

#include <cstdio>

namespace {

struct Arguments
{
    QString target; // a project or a run's folder
    QString theme;
    QString page;
    QString screenshot;
};

Arguments parseArguments(const QApplication& application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QObject::tr("Designs curricula for multimodal reward models, watches their runs and "
                    "audits what is distilled."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("target"), QObject::tr("Project file or run folder."), QStringLiteral("[target]"));
    const QCommandLineOption theme(
        QStringLiteral("theme"), QObject::tr("light, dark or system."), QStringLiteral("theme"));
    const QCommandLineOption page(QStringLiteral("page"),
        QObject::tr("Page to show: design, run, audit or evaluate."), QStringLiteral("page"));
    const QCommandLineOption screenshot(QStringLiteral("screenshot"),
        QObject::tr("Write a picture of the window and quit."), QStringLiteral("file"));
    parser.addOptions({ theme, page, screenshot });
    parser.process(application);
    return { parser.positionalArguments().value(0), parser.value(theme), parser.value(page),
        parser.value(screenshot) };
}

// Once everything that was asked for is on the screen.
void takeScreenshot(QWidget& window, const QString& file)
{
    constexpr int kSettleMs = 2500;
    QTimer::singleShot(kSettleMs, &window, [&window, file] {
        const bool written = window.grab().save(file);
        if (!written)
            std::fprintf(stderr, "msrl-studio: cannot write %s\n", qPrintable(file));
        QApplication::exit(written ? 0 : 4);
    });
}

void openTarget(msrl::pages::MainWindow& window, msrl::services::Settings& settings, const QString& target)
{
    if (!target.isEmpty() && msrl::store::RunFolder(target.toStdString()).isRunFolder()) {
        window.openRun(QFileInfo(target).absoluteFilePath());
        return;
    }
    const QString project
        = target.isEmpty() ? settings.data().recentProjects.value(0, msrl::DemoMaker::projectFile()) : target;
    if (!target.isEmpty() || QFileInfo::exists(project)) {
        window.openProject(QFileInfo(project).absoluteFilePath());
        return;
    }
    auto* maker = new msrl::DemoMaker(&window);
    QObject::connect(maker, &msrl::DemoMaker::finished, &window, [&window](const QString& file) {
        window.statusBar()->clearMessage();
        window.openProject(file);
    });
    QObject::connect(maker, &msrl::DemoMaker::failed, &window, &msrl::pages::MainWindow::showMessage);
    window.statusBar()->showMessage(QObject::tr("First start: writing the demo project…"));
    maker->start();
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("msrl-studio"));
    QApplication::setApplicationDisplayName(QStringLiteral("MSRL Studio"));
    QApplication::setApplicationVersion(QString::fromUtf8(msrl::base::kVersion));
    QApplication::setDesktopFileName(QStringLiteral("io.github.msrl_studio.MsrlStudio"));
    const Arguments arguments = parseArguments(application);
    msrl::services::Settings settings;
    msrl::widgets::Theme theme(application);
    const msrl::services::Theme kept = settings.data().theme;
    const QString name = !arguments.theme.isEmpty() ? arguments.theme
        : kept == msrl::services::Theme::Light      ? QStringLiteral("light")
        : kept == msrl::services::Theme::Dark       ? QStringLiteral("dark")
                                                    : QStringLiteral("system");
    const auto mode = msrl::widgets::themeModeFromName(name);
    if (!mode) {
        std::fprintf(stderr, "msrl-studio: '%s' is not a theme (light, dark or system)\n", qPrintable(name));
        return 2;
    }
    theme.setMode(*mode);
    QDir().mkpath(settings.runsFolder());
    QDir().mkpath(msrl::services::Settings::stateFolder());
    msrl::services::RunRegistry runs(
        settings.runsFolder(), msrl::services::Settings::stateFolder() + QStringLiteral("/runs.json"));
    msrl::pages::MainWindow window(settings, runs, theme);
    window.show();
    runs.scan();
    openTarget(window, settings, arguments.target);
    if (!arguments.page.isEmpty())
        window.showPage(arguments.page);
    if (!arguments.screenshot.isEmpty()) {
        window.resize(1440, 900);
        takeScreenshot(window, arguments.screenshot);
    }
    return QApplication::exec();
}
