// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of every state of the Design page in both themes: show_design FOLDER. What a hand does to get
// there is done with mouse and keys of the real window.
#include "app/pages/action_registry.h"
#include "app/pages/main_window.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "core/curriculum/templates.h"
#include "tests/support/picture_run.h"
#include "tests/support/pictures.h"
#include "widgets/graph/edge_item.h"
#include "widgets/graph/graph_view.h"
#include "widgets/graph/node_item.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QDialog>
#include <QFile>
#include <QKeyEvent>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QProcess>
#include <QScrollArea>
#include <QToolButton>
#include <QToolTip>
#include <QTreeWidget>

#include <memory>
#include <string>

using namespace msrl;

namespace {

constexpr double kFarZoom = 0.3;
constexpr int kPatience = 40; // times 250 ms for the engine to answer
constexpr int kDemoMs = 120'000;
constexpr int kSamplesColumn = 2; // of the review's estimates

void settle(int milliseconds = 250)
{
    tests::settle(milliseconds);
}

curriculum::Project paper()
{
    return *curriculum::templateProject("paper");
}

class Booth
{
public:
    Booth(const QString& out, widgets::Theme& theme, widgets::ThemeMode mode)
        : m_out(out + QLatin1Char('/'))
        , m_suffix(QLatin1Char('-') + widgets::themeModeName(mode) + QStringLiteral(".png"))
        , m_settings(m_place.file("settings.json"))
        , m_runs(m_place.file("runs"), m_place.file("runs.json"))
    {
        theme.setMode(mode);
        qputenv("XDG_STATE_HOME", m_place.file("state").toUtf8());
        m_window = std::make_unique<pages::MainWindow>(m_settings, m_runs, theme);
        m_window->resize(1440, 900);
        m_window->move(0, 0);
        m_window->show();
        m_window->activateWindow();
        m_view = m_window->findChild<widgets::GraphView*>();
        settle();
    }

    void showAll()
    {
        shoot("empty");
        open(paper());
        shoot("frames");
        selectFrame();
        showReplay();
        showPresets();
        showRefusal();
        showProblems();
        showMenu();
        showDialogs();
        showReview();
        showStates();
    }

private:
    void open(const curriculum::Project& project)
    {
        m_window->document().reset(project);
        settle();
        act("design.fit");
    }

    void act(const char* id)
    {
        m_window->actions().action(QLatin1String(id))->trigger();
        settle();
    }

    // The window with whatever floats over it.
    void shoot(const char* name)
    {
        settle();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // fields of the stage before
        QPixmap picture = m_window->grab();
        QPainter painter(&picture);
        for (QWidget* top : QApplication::topLevelWidgets())
            if (top != m_window.get() && top->isVisible())
                painter.drawPixmap(m_window->mapFromGlobal(top->mapToGlobal(QPoint())), top->grab());
        painter.end();
        tests::savePicture(picture, m_out + QStringLiteral("design-") + QLatin1String(name) + m_suffix);
    }

    void mouse(QEvent::Type type, const QPointF& scene, Qt::MouseButton button, Qt::MouseButtons held)
    {
        const QPointF at = m_view->mapFromScene(scene);
        QMouseEvent event(type, at, m_view->viewport()->mapToGlobal(at), button, held, Qt::NoModifier);
        QApplication::sendEvent(m_view->viewport(), &event);
    }

    void selectFrame()
    {
        m_view->graph()->select({}, { QStringLiteral("stage_1") });
        shoot("frame-selected");
    }

    void showReplay()
    {
        m_view->graph()->select({ QStringLiteral("rl_caption") });
        shoot("replay");
        auto* scheduled = m_window->findChild<QCheckBox*>(QStringLiteral("replayScheduled"));
        scheduled->click();
        m_window->document().setField(
            "rl_caption", "replay_schedule", std::string("0:9, 60:9, 120:3, 182:5"));
        shoot("replay-schedule");
        m_window->document().setField("rl_caption", "replay_schedule", std::nullopt);
    }

    void showPresets()
    {
        auto* toggle = m_window->findChild<QToolButton*>(QStringLiteral("presetToggle"));
        toggle->click();
        shoot("presets");
        toggle->click();
    }

    void showRefusal()
    {
        const auto place = [this](const char* node, const char* port, bool output) {
            return m_view->graph()
                ->nodeItem(QLatin1String(node))
                ->portScenePosition(QLatin1String(port), output);
        };
        const QPointF to = place("gate", "candidates", false);
        mouse(QEvent::MouseButtonPress, place("visual_rl", "samples", true), Qt::LeftButton, Qt::LeftButton);
        mouse(QEvent::MouseMove, to + QPointF(-30, 10), Qt::NoButton, Qt::LeftButton);
        mouse(QEvent::MouseMove, to, Qt::NoButton, Qt::LeftButton);
        shoot("refused");
        act("design.selectNone");
        mouse(QEvent::MouseButtonRelease, to, Qt::LeftButton, Qt::NoButton);
    }

    void showProblems()
    {
        curriculum::Project broken = paper();
        std::erase_if(broken.edges, [](const curriculum::Edge& edge) { return edge.toNode == "sft"; });
        broken.node("rl_text")->params["group_size"] = 1;
        broken.node("export")->type = "exporter";
        open(broken);
        m_view->graph()->select({ QStringLiteral("rl_text") });
        shoot("problems");
        open(paper());
    }

    void showMenu()
    {
        m_view->graph()->select({ QStringLiteral("rl_text") });
        const QPoint at = m_view->mapFromScene(
            m_view->graph()->nodeItem(QStringLiteral("rl_text"))->pos() + QPointF(120, 40));
        Q_EMIT m_view->graph()->menuRequested(m_view->viewport()->mapToGlobal(at));
        shoot("menu");
        for (QMenu* menu : m_window->findChildren<QMenu*>(QStringLiteral("canvasMenu")))
            menu->close();
        settle();
    }

    void showDialogs()
    {
        act("project.new");
        shoot("templates");
        closeDialogs();
        act("help.palette");
        QKeyEvent letter(QEvent::KeyPress, Qt::Key_F, Qt::NoModifier, QStringLiteral("fra"));
        if (QWidget* popup = QApplication::activePopupWidget())
            QApplication::sendEvent(popup->findChild<QLineEdit*>(), &letter);
        shoot("palette");
        closeDialogs();
        act("help.keys");
        if (auto* list = m_window->findChild<QTreeWidget*>(QStringLiteral("keymapList"))) {
            const auto found = list->findItems(QStringLiteral("Fit graph"), Qt::MatchExactly);
            if (!found.isEmpty())
                list->setCurrentItem(found.front());
            m_window->findChild<QKeySequenceEdit*>(QStringLiteral("keymapKeys"))
                ->setKeySequence(QKeySequence(Qt::CTRL | Qt::Key_B));
            // As when the keys were pressed: another action has them.
            Q_EMIT m_window->findChild<QKeySequenceEdit*>(QStringLiteral("keymapKeys"))->editingFinished();
        }
        shoot("keys");
        closeDialogs();
    }

    void closeDialogs()
    {
        for (QDialog* dialog : m_window->findChildren<QDialog*>())
            dialog->close();
        settle();
    }

    // Closed dialogs stay until an event loop runs, which is never here.
    template <class Widget> Widget* shown(const char* name) const
    {
        for (Widget* one : m_window->findChildren<Widget*>(QLatin1String(name)))
            if (one->isVisible())
                return one;
        return nullptr;
    }

    void showStates()
    {
        curriculum::Project project = paper();
        const QString run = m_place.file("runs/paper-001");
        if (const base::Status written
            = tests::writeRun(run, project, tests::everyState(), store::RunPhase::Running);
            !written)
            tests::failPictures(QString::fromStdString(written.error().message()));
        project.node("rl_text")->params["steps"] = 2000; // stale, with all that depends on it
        project.node("export")->bypassed = true;
        project.node("evaluate")->params["nothing"] = 1; // not configured
        project.node("base")->frozen = true;
        open(project);
        m_window->openRun(run);
        settle(1200);
        act("design.fit");
        shoot("states");
        const std::pair<const char*, const char*> stages[]
            = { { "evaluate", "not-configured" }, { "captions", "failed" }, { "gate", "awaiting-audit" } };
        for (const auto& [id, name] : stages)
            showState(QLatin1String(id), name);
        act("design.selectNone");
        act("design.fit");
        while (m_view->transform().m11() > kFarZoom)
            act("design.zoomOut");
        shoot("far");
    }

    // At full size, with what the tip says of it and its fields in the inspector.
    void showState(const QString& id, const char* name)
    {
        const widgets::NodeItem* item = m_view->graph()->nodeItem(id);
        m_view->graph()->select({ id });
        m_view->resetZoom();
        m_view->centerOn(item->bodyRect().center());
        const QPoint below = m_view->mapFromScene(item->bodyRect().bottomLeft());
        QToolTip::showText(m_view->viewport()->mapToGlobal(below), item->toolTip(), m_view->viewport());
        shoot(name);
        QToolTip::hideText();
    }

    // The demo with its own model and data: before the first run, and after one when some values were
    // changed.
    void showReview()
    {
        const QString engine = m_place.file("bin/msrl-engine");
        QFile::link(QCoreApplication::applicationDirPath() + QStringLiteral("/msrl-engine"), engine);
        m_settings.edit([&](services::SettingsData& changed) { changed.engineProgram = engine; });
        QProcess demo;
        demo.start(engine,
            { QStringLiteral("demo"), m_place.file("msrl-demo"), QStringLiteral("--scale"),
                QStringLiteral("small") });
        if (!demo.waitForFinished(kDemoMs) || demo.exitCode() != 0)
            tests::failPictures(QStringLiteral("the demo could not be written: ")
                + QString::fromUtf8(demo.readAllStandardError().trimmed()));
        m_window->document().reset(curriculum::Project {}); // nothing to be asked about
        if (!m_window->openProject(m_place.file("msrl-demo/project.msrl")))
            tests::failPictures(QStringLiteral("the demo cannot be opened"));
        const curriculum::Project project = m_window->document().project();
        shootReview("review-first");
        tests::StageStates states;
        for (const curriculum::Node& node : project.nodes)
            if (node.type != "evaluate")
                states.emplace_back(node.id, store::StageState::Done);
        const QString run = m_place.file("runs/MSRL-demo-001");
        if (const base::Status written = tests::writeRun(run, project, states, store::RunPhase::Finished);
            !written)
            tests::failPictures(QString::fromStdString(written.error().message()));
        m_window->openRun(run);
        settle(1200);
        m_window->document().setField("rl_caption", "replay_ratio", 3.0);
        m_window->document().setField("cmkd", "paths", 8);
        m_window->document().setField("distil", "epochs", 2);
        m_window->showPage(QStringLiteral("design"));
        shootReview("review");
    }

    // Once the engine has told the size of the model and of the data.
    void shootReview(const char* name)
    {
        act("run.review");
        const auto* disk = shown<QLabel>("reviewDisk");
        const auto* table = shown<QTreeWidget>("reviewEstimates");
        const auto isTold = [&] {
            return !disk->text().isEmpty()
                && table->findItems(QStringLiteral("…"), Qt::MatchExactly, kSamplesColumn).isEmpty();
        };
        for (int i = 0; disk && table && !isTold() && i < kPatience; ++i)
            settle();
        shoot(name);
        closeDialogs();
    }

    QString m_out;
    QString m_suffix;
    tests::PicturePlace m_place;
    services::Settings m_settings;
    services::RunRegistry m_runs;
    std::unique_ptr<pages::MainWindow> m_window;
    widgets::GraphView* m_view = nullptr;
};

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationDisplayName(QStringLiteral("MSRL Studio"));
    const QString out = tests::pictureFolder();
    widgets::Theme theme(application);
    for (const auto mode : { widgets::ThemeMode::Light, widgets::ThemeMode::Dark })
        Booth(out, theme, mode).showAll();
    return 0;
}
