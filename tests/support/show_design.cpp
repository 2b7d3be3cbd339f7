// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of every state of the Design page in both themes: show_design FOLDER. What a hand does to get
// there is done with mouse and keys of the real window.
#include "app/pages/action_registry.h"
#include "app/pages/main_window.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "core/base/clock.h"
#include "core/base/files.h"
#include "core/curriculum/templates.h"
#include "core/store/run_folder.h"
#include "core/store/run_store.h"
#include "widgets/graph/edge_item.h"
#include "widgets/graph/graph_view.h"
#include "widgets/graph/node_item.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QDialog>
#include <QDir>
#include <QElapsedTimer>
#include <QKeyEvent>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollArea>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeWidget>

#include <memory>

using namespace msrl;

namespace {

constexpr double kFarZoom = 0.3;
constexpr int kPatience = 40; // times 250 ms for the engine to answer

void settle(int milliseconds = 250)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < milliseconds)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
}

curriculum::Project paper()
{
    return *curriculum::templateProject("paper");
}

// One stage in every state, as a run would have left them.
base::Status writeStates(const QString& folder, const curriculum::Project& project)
{
    using store::StageState;
    const std::pair<const char*, StageState> states[]
        = { { "base", StageState::Done }, { "text_sft", StageState::Reused }, { "text_rl", StageState::Done },
              { "sft", StageState::Done }, { "rl_text", StageState::Done }, { "captioned", StageState::Done },
              { "captions", StageState::Failed }, { "rl_caption", StageState::Running },
              { "cmkd", StageState::Queued }, { "gate", StageState::AwaitingAudit },
              { "distil", StageState::Stopped } };
    const store::RunFolder run(folder.toStdString());
    QDir().mkpath(folder);
    store::RunInfo info;
    info.runId = "0123456789abcdef";
    info.name = "paper 001";
    info.engineVersion = "0.1.0";
    info.device = "cpu";
    info.process = base::currentProcess();
    info.phase = store::RunPhase::Running;
    info.createdMs = info.startedMs = base::nowMs();
    if (base::Status written = run.writeInfo(info); !written)
        return written;
    if (base::Status saved = curriculum::saveProject(project, run.projectFile()); !saved)
        return saved;
    base::Result<store::RunStore> rows = store::RunStore::open(run.runDatabase());
    if (!rows)
        return rows.error();
    int position = 0;
    for (const auto& [id, state] : states) {
        const curriculum::Node& node = *project.node(id);
        store::StageRow row;
        row.stage = row.nodeId = id;
        row.nodeType = node.type;
        row.title = curriculum::displayTitle(node);
        row.hash = "5e1f0c3a9d2b4c77";
        row.position = position++;
        row.state = state;
        row.step = 76;
        row.total = 183;
        row.startedMs = 1'790'000'000'000;
        row.endedMs = row.startedMs + 1'900'000;
        if (state == StageState::Failed)
            row.message = "captions.jsonl:12 has no caption";
        if (base::Status put = rows->putStage(row); !put)
            return put;
    }
    return rows->flush();
}

class Booth
{
public:
    Booth(const QString& out, widgets::Theme& theme, widgets::ThemeMode mode)
        : m_out(out + QLatin1Char('/'))
        , m_suffix(QLatin1Char('-') + widgets::themeModeName(mode) + QStringLiteral(".png"))
        , m_settings(m_folder.filePath(QStringLiteral("settings.json")))
        , m_runs(m_folder.path(), m_folder.filePath(QStringLiteral("runs.json")))
    {
        theme.setMode(mode);
        qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
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
        QPixmap picture = m_window->grab();
        QPainter painter(&picture);
        for (QWidget* top : QApplication::topLevelWidgets())
            if (top != m_window.get() && top->isVisible())
                painter.drawPixmap(m_window->mapFromGlobal(top->mapToGlobal(QPoint())), top->grab());
        painter.end();
        const QString file = m_out + QStringLiteral("design-") + QLatin1String(name) + m_suffix;
        if (!picture.save(file))
            qFatal("cannot write %s", qPrintable(file));
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
        }
        shoot("keys");
        closeDialogs();
        act("run.review");
        const auto* disk = m_window->findChild<QLabel*>(QStringLiteral("reviewDisk"));
        for (int i = 0; disk && disk->text().isEmpty() && i < kPatience; ++i)
            settle();
        shoot("review");
        closeDialogs();
    }

    void closeDialogs()
    {
        for (QDialog* dialog : m_window->findChildren<QDialog*>())
            dialog->close();
        settle();
    }

    void showStates()
    {
        curriculum::Project project = paper();
        const QString run = m_folder.filePath(QStringLiteral("paper-001"));
        if (const base::Status written = writeStates(run, project); !written)
            qFatal("%s", written.error().message().c_str());
        project.node("rl_text")->params["steps"] = 2000; // stale, with all that depends on it
        project.node("export")->bypassed = true;
        project.node("evaluate")->params["nothing"] = 1; // not configured
        project.node("base")->frozen = true;
        open(project);
        m_window->openRun(run);
        settle(1200);
        act("design.fit");
        shoot("states");
        while (m_view->transform().m11() > kFarZoom)
            act("design.zoomOut");
        shoot("far");
    }

    QString m_out;
    QString m_suffix;
    QTemporaryDir m_folder;
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
    const QString out = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QStringLiteral(".");
    widgets::Theme theme(application);
    for (const auto mode : { widgets::ThemeMode::Light, widgets::ThemeMode::Dark })
        Booth(out, theme, mode).showAll();
    return 0;
}
