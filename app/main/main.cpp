// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-studio: designs curricula, watches runs, audits what is distilled.
#include "app/models/table_text.h"
#include "app/pages/main_window.h"
#include "app/pages/page_list.h"
#include "app/pages/window_picture.h"
#include "app/services/demo_maker.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "app/services/translations.h"
#include "core/base/json.h"
#include "core/base/version.h"
#include "core/store/run_folder.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <system_error>

namespace {

struct Arguments
{
    QString target; // a project or a run's folder
    QString theme;
    QString page;
    QString screenshot;
};

QString pageNames()
{
    return msrl::pages::pageIds().join(QStringLiteral(", "));
}

Arguments parseArguments(const QCoreApplication& application)
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
    const QCommandLineOption page(
        QStringLiteral("page"), QObject::tr("Page to show: %1.").arg(pageNames()), QStringLiteral("page"));
    const QCommandLineOption screenshot(QStringLiteral("screenshot"),
        QObject::tr("Write a picture of the window and quit."), QStringLiteral("file"));
    parser.addOptions({ theme, page, screenshot });
    if (!parser.parse(QCoreApplication::arguments())) { // process() would end with exit code 1
        std::fprintf(stderr, "msrl-studio: %s\n", qPrintable(parser.errorText()));
        std::exit(2);
    }
    parser.process(application); // help and version
    return { parser.positionalArguments().value(0), parser.value(theme), parser.value(page),
        parser.value(screenshot) };
}

// Nothing is still to come that was asked for: the demo of a first start, a run's rows.
bool showsAll(msrl::pages::MainWindow& window)
{
    if (window.findChild<msrl::services::DemoMaker*>())
        return false;
    const msrl::services::RunSession* session = window.session();
    std::error_code ignored;
    return !session || session->hasCaughtUp()
        || !std::filesystem::exists(session->folder().runDatabase(), ignored);
}

void takeScreenshot(msrl::pages::MainWindow& window, const QString& file)
{
    using msrl::pages::WindowPicture;
    QApplication::setCursorFlashTime(0); // a cursor that blinks never comes to rest
    auto* picture = new WindowPicture(window, [&window] { return showsAll(window); });
    QObject::connect(picture, &WindowPicture::taken, &window, [](bool still) {
        if (!still)
            std::fputs("msrl-studio: the window was still changing when the picture was taken\n", stderr);
        QApplication::exit(0);
    });
    QObject::connect(picture, &WindowPicture::failed, &window, [](const QString& sentence) {
        std::fprintf(stderr, "msrl-studio: %s\n", qPrintable(sentence));
        QApplication::exit(4);
    });
    picture->take(file);
}

// The project of the last time, on the first start the demo; and the run that goes on or was shown last.
void openTarget(msrl::pages::MainWindow& window, msrl::services::Settings& settings, const QString& target,
    bool forPicture)
{
    if (!target.isEmpty() && msrl::store::RunFolder(target.toStdString()).isRunFolder()) {
        window.openRun(QFileInfo(target).absoluteFilePath());
        return;
    }
    const QString project = target.isEmpty()
        ? settings.data().recentProjects.value(0, msrl::services::DemoMaker::projectFile())
        : target;
    if (!target.isEmpty() || QFileInfo::exists(project)) {
        // A window that stays tells why; a picture of it would be taken for one of the project.
        if (!window.openProject(QFileInfo(project).absoluteFilePath()) && forPicture) {
            std::fprintf(stderr, "msrl-studio: '%s' cannot be opened\n", qPrintable(project));
            std::exit(2);
        }
        if (target.isEmpty())
            window.openLastRun();
        return;
    }
    auto* maker = new msrl::services::DemoMaker(&window);
    QObject::connect(maker, &msrl::services::DemoMaker::finished, &window, [&window](const QString& file) {
        window.reportEvent(QObject::tr("Made the demo project %1").arg(file));
        window.openProject(file);
    });
    QObject::connect(
        maker, &msrl::services::DemoMaker::failed, &window, &msrl::pages::MainWindow::showMessage);
    QObject::connect(maker, &msrl::services::DemoMaker::finished, maker, &QObject::deleteLater);
    QObject::connect(maker, &msrl::services::DemoMaker::failed, maker, &QObject::deleteLater);
    window.reportEvent(QObject::tr("First start: writing the demo project…"));
    maker->start();
}

constexpr const char* kTableTexts = "--table-texts"; // for resources/translations/update

bool hasArgument(int argc, char** argv, std::initializer_list<std::string_view> wanted)
{
    return std::any_of(argv + 1, argv + argc, [&](const char* argument) {
        return std::find(wanted.begin(), wanted.end(), argument) != wanted.end();
    });
}

// Help, version and the texts for translators need no display; without one everything else ends here, in one
// line instead of Qt's abort.
void answerWithoutDisplay(int argc, char** argv)
{
    if (hasArgument(argc, argv, { "-h", "--help", "--help-all", "-v", "--version" })) {
        const QCoreApplication application(argc, argv);
        parseArguments(application); // prints and ends
    }
    if (hasArgument(argc, argv, { kTableTexts })) {
        std::puts(msrl::base::Json(msrl::models::tableTexts()).dump(1).c_str());
        std::exit(0);
    }
    const bool display = qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY")
        || qEnvironmentVariableIsSet("QT_QPA_PLATFORM")
        || hasArgument(argc, argv, { "-platform", "--platform" });
    if (!display) {
        std::fprintf(stderr,
            "msrl-studio: there is no display (DISPLAY and WAYLAND_DISPLAY are not set); msrl-engine runs "
            "projects in a terminal\n");
        std::exit(2);
    }
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication::setApplicationName(QStringLiteral("msrl-studio"));
    QCoreApplication::setApplicationVersion(QString::fromUtf8(msrl::base::kVersion));
    answerWithoutDisplay(argc, argv);
    QApplication application(argc, argv);
    QApplication::setApplicationDisplayName(QStringLiteral("MSRL Studio"));
    QApplication::setDesktopFileName(QStringLiteral("msrl-studio"));
    msrl::services::installTranslation(application, QLocale::system(), msrl::services::translationFolders());
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
    openTarget(window, settings, arguments.target, !arguments.screenshot.isEmpty());
    window.offerRecovery();
    if (!arguments.page.isEmpty() && !window.showPage(arguments.page)) {
        std::fprintf(stderr, "msrl-studio: '%s' is not a page (%s)\n", qPrintable(arguments.page),
            qPrintable(pageNames()));
        return 2;
    }
    if (!arguments.screenshot.isEmpty()) {
        window.resize(1440, 900);
        takeScreenshot(window, arguments.screenshot);
    }
    return QApplication::exec();
}
