// SPDX-License-Identifier: GPL-3.0-or-later
// The window and the engine together, as people use them: the demo project is run by the Run button, audited
// with keys, signed off and judged; and the engine outlives the studio that watched it.
#include "app/pages/audit_page.h"
#include "app/pages/curve_grid.h"
#include "app/pages/design_page.h"
#include "app/pages/evaluate_page.h"
#include "app/pages/run_page.h"
#include "core/base/process.h"
#include "core/store/audit_store.h"
#include "tests/scenarios/studio_window.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/plot/curve_card.h"

#include <QDialog>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <map>
#include <memory>
#include <set>

using namespace msrl;
using tests::kPatienceMs;
using tests::output;
using tests::Studio;

namespace {

const QString kEngine = QStringLiteral(MSRL_ENGINE);

// What a card drew, without the gaps.
std::vector<double> drawn(const widgets::CurveCard& card, const QString& series)
{
    std::vector<double> values;
    for (const QPointF& point : card.curve()->points(series)) {
        if (!std::isnan(point.y()))
            values.push_back(point.y());
    }
    return values;
}

// The same from the file, by a reader of its own.
std::vector<store::MetricRow> stored(
    const store::RunFolder& folder, const std::string& name, const std::string& source)
{
    store::RunReader reader(folder.runDatabase());
    const auto rows = reader.metricsAfter(0, 1'000'000);
    std::vector<store::MetricRow> wanted;
    if (rows)
        std::copy_if(rows->begin(), rows->end(), std::back_inserter(wanted),
            [&](const store::MetricRow& row) { return row.name == name && row.source == source; });
    return wanted;
}

std::vector<double> valuesOf(const std::vector<store::MetricRow>& rows)
{
    std::vector<double> values;
    for (const store::MetricRow& row : rows)
        values.push_back(row.value);
    return values;
}

} // namespace

class TestStudioRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_home = std::make_unique<tests::Home>(kEngine); }

    // An engine that a failed case left behind would hold the folder.
    void cleanup()
    {
        if (!m_run.root().empty()) {
            const auto info = m_run.readInfo();
            if (info && base::isAlive(info->process))
                ::kill(static_cast<pid_t>(info->process.pid), SIGKILL);
        }
        m_run = store::RunFolder({});
        m_home.reset();
    }

    void aRunFromTheButtonToTheReport()
    {
        Studio studio(m_home->engine);
        begin(studio);
        if (QTest::currentTestFailed())
            return;
        widgets::CurveCard& reward = *studio.page<pages::RunPage>("run").grid().cards().front();
        QTRY_VERIFY_WITH_TIMEOUT(!drawn(reward, QStringLiteral("new")).empty(), kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(studio.state(), store::RunStateKind::AwaitingAudit, kPatienceMs);
        for (const std::string source : { "new", "replay" }) {
            QVERIFY(!stored(m_run, "reward", source).empty());
            QTRY_COMPARE(
                drawn(reward, QString::fromStdString(source)), valuesOf(stored(m_run, "reward", source)));
        }
        audit(studio);
        if (QTest::currentTestFailed())
            return;
        QTRY_COMPARE_WITH_TIMEOUT(studio.state(), store::RunStateKind::Finished, kPatienceMs);
        compareTrainingSet();
        compareReport(studio);
    }

    void theEngineOutlivesAStudioThatIsKilled()
    {
        lengthenTextRl(60);
        {
            Studio studio(m_home->engine);
            begin(studio);
        }
        if (QTest::currentTestFailed())
            return;
        services::Settings().edit([](services::SettingsData& data) { data.pages.erase("last_run"); });
        QProcess other;
        other.start(QStringLiteral(MSRL_STUDIO));
        QVERIFY(other.waitForStarted());
        // It has attached once it remembers the run; and it dies with the run in the midst of its curve.
        QTRY_VERIFY_WITH_TIMEOUT(
            services::Settings().data().pages.value("last_run", std::string()) == m_run.root().string()
                && stored(m_run, "kl", "").size() > 2,
            kPatienceMs);
        // A studio that stands still, as under a debugger, holds nothing up.
        QCOMPARE(::kill(static_cast<pid_t>(other.processId()), SIGSTOP), 0);
        const std::size_t stopped = stored(m_run, "kl", "").size();
        QTRY_VERIFY_WITH_TIMEOUT(stored(m_run, "kl", "").size() > stopped + 3, kPatienceMs);
        other.kill();
        QVERIFY(other.waitForFinished());
        QCOMPARE(other.exitStatus(), QProcess::CrashExit);
        const std::size_t before = stored(m_run, "kl", "").size();
        QTRY_VERIFY_WITH_TIMEOUT(stored(m_run, "kl", "").size() > before + 1, kPatienceMs);
        QVERIFY(base::isAlive(m_run.readInfo()->process));

        Studio studio(m_home->engine);
        studio.window->openLastRun();
        QVERIFY(studio.window->session());
        studio.window->showPage(QStringLiteral("run"));
        QCOMPARE(studio.window->session()->folder().root(), m_run.root());
        QTRY_COMPARE_WITH_TIMEOUT(studio.state(), store::RunStateKind::AwaitingAudit, kPatienceMs);
        const auto& page = studio.page<pages::RunPage>("run");
        QTRY_COMPARE(page.curves().segments("kl", "").size(), 2U);
        const models::Curve& curve = *page.curves().segments("kl", "").front().curve;
        QCOMPARE(curve.size(), 60U);
        for (std::size_t i = 0; i < curve.size(); ++i)
            QCOMPARE(curve.step(i), static_cast<std::int64_t>(i) + 1);
        QTRY_COMPARE(drawn(*page.grid().cards()[4], QStringLiteral("KL")), valuesOf(stored(m_run, "kl", "")));
    }

    // What only the engine finds stands at its stage, and no longer keeps a mended project from running.
    void whatTheEngineRefusesStandsAtItsStage()
    {
        const QString data = QFileInfo(m_home->project).dir().filePath(QStringLiteral("data/text_sft.jsonl"));
        const QByteArray good = contents(data);
        overwrite(data, "{}\n" + good);
        Studio studio(m_home->engine);
        QVERIFY(QTest::qWaitForWindowActive(studio.window.get()));
        QVERIFY(studio.window->openProject(m_home->project));
        studio.click("runButton");
        auto& message = *studio.window->findChild<widgets::MessageBar*>();
        QTRY_VERIFY_WITH_TIMEOUT(message.message().contains(QStringLiteral("text_sft.jsonl")), kPatienceMs);
        const auto& problems = studio.window->document().problems();
        QCOMPARE(problems.size(), 1U);
        QCOMPARE(problems.front().nodeId, std::string("text_sft"));
        QVERIFY(message.message().endsWith(QString::fromStdString(problems.front().text)));
        Q_EMIT message.actionTriggered();
        QCOMPARE(studio.page<pages::DesignPage>("design").selectedNode(), QStringLiteral("text_sft"));
        overwrite(data, good);
        studio.click("runButton");
        QTRY_VERIFY_WITH_TIMEOUT(studio.window->session() != nullptr, kPatienceMs);
        m_run = studio.window->session()->folder();
        QVERIFY(studio.window->document().problems().empty());
    }

private:
    static QByteArray contents(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static void overwrite(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

    // Opens the demo and presses Run; afterwards the window follows the run.
    void begin(Studio& studio)
    {
        QVERIFY(QTest::qWaitForWindowActive(studio.window.get()));
        QVERIFY(studio.window->openProject(m_home->project));
        studio.click("runButton");
        QTRY_VERIFY_WITH_TIMEOUT(studio.window->session() != nullptr, kPatienceMs);
        m_run = studio.window->session()->folder();
    }

    void lengthenTextRl(int steps)
    {
        QFile file(m_home->project);
        QVERIFY(file.open(QIODevice::ReadOnly));
        base::Json project = base::Json::parse(file.readAll().toStdString());
        file.close();
        for (base::Json& node : project["nodes"]) {
            if (node["id"] == "rl_text")
                node["params"]["steps"] = steps;
        }
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(project.dump(1)));
    }

    // A path of the item that is shown, other than the machine's, that the student can learn and a digit
    // picks; -1: none.
    int otherPath(pages::AuditPage& page) const
    {
        const models::QueueItem* item = page.queue().find(page.current());
        store::RunReader reader(m_run.runDatabase());
        const auto row = reader.candidate(item->summary.rowid);
        if (!row || !*row)
            return -1;
        for (int path = 0; path < std::min(9, static_cast<int>((*row)->paths.size())); ++path) {
            if (path != (*row)->chosen && (*row)->paths[static_cast<std::size_t>(path)].formatOk)
                return path;
        }
        return -1;
    }

    // Goes on with J until the machine has chosen for the item that is shown; `another`: and there is another
    // path to take.
    void findChosen(const Studio& studio, pages::AuditPage& page, bool another)
    {
        for (int i = 0; i < page.queue().numItems(); ++i) {
            const models::QueueItem* item = page.queue().find(page.current());
            if (item && item->summary.chosen >= 0 && item->status() == models::ItemStatus::Undecided
                && (!another || otherPath(page) >= 0))
                return;
            studio.press(Qt::Key_J);
        }
        QFAIL("no undecided item with a choice of the machine");
    }

    // From the first item to the sign-off without the mouse.
    void audit(const Studio& studio)
    {
        studio.press(Qt::Key_3, Qt::ControlModifier);
        auto& page = studio.page<pages::AuditPage>("audit");
        QTRY_VERIFY(page.isVisible() && !page.current().empty());
        m_decided.clear();
        for (const auto& [key, verdict] : { std::pair(Qt::Key_A, "accept"), std::pair(Qt::Key_R, "reject"),
                 std::pair(Qt::Key_O, "override") }) {
            findChosen(studio, page, key == Qt::Key_O);
            if (QTest::currentTestFailed())
                return;
            m_decided[verdict] = page.current();
            const int other = otherPath(page);
            studio.press(key);
            if (key == Qt::Key_O) {
                studio.press(static_cast<Qt::Key>(Qt::Key_1 + other));
                QTRY_VERIFY(qobject_cast<QLineEdit*>(studio.window->focusWidget()));
                QTest::keyClicks(studio.window->focusWidget(), QStringLiteral("a better thought"));
                studio.press(Qt::Key_Return);
            }
        }
        decideTheRest(studio, page);
        const auto decisions = store::AuditStore::open(m_run.auditDatabase());
        QVERIFY(decisions);
        for (const auto& [verdict, sample] : m_decided) {
            const auto row = decisions->newest(page.stage(), sample);
            QVERIFY(row && *row);
            QCOMPARE((*row)->verdict, verdict);
            QCOMPARE((*row)->how, std::string("key"));
        }
        QCOMPARE(decisions->newest(page.stage())->size(), static_cast<std::size_t>(page.queue().numItems()));
        signOff(studio, page);
    }

    // One key for each item: the next undecided one comes up by itself.
    void decideTheRest(const Studio& studio, pages::AuditPage& page)
    {
        for (int i = 0; i < page.queue().numItems(); ++i) {
            const models::QueueItem* item = page.queue().find(page.current());
            if (item->status() == models::ItemStatus::Undecided)
                studio.press(item->summary.chosen >= 0 ? Qt::Key_A : Qt::Key_R);
            else
                studio.press(Qt::Key_N);
        }
        QCOMPARE(page.queue().numWithStatus(models::ItemStatus::Undecided), 0);
    }

    // The dialog stands on Cancel, as what it asks cannot be taken back.
    static void signOff(const Studio& studio, pages::AuditPage& page)
    {
        studio.press(Qt::Key_S, Qt::ShiftModifier);
        auto* dialog = page.findChild<QDialog*>();
        QVERIFY(dialog);
        QVERIFY(QTest::qWaitForWindowActive(dialog));
        auto* sign = dialog->findChild<QPushButton*>(QStringLiteral("signOffConfirm"));
        QTRY_VERIFY(dialog->focusWidget());
        QVERIFY(dialog->focusWidget() != sign);
        for (int tab = 0; tab < 3 && dialog->focusWidget() != sign; ++tab)
            QTest::keyClick(dialog->focusWidget(), Qt::Key_Tab);
        QCOMPARE(dialog->focusWidget(), sign);
        QTest::keyClick(sign, Qt::Key_Space);
    }

    // The set that trained the student, as the gate left it.
    void compareTrainingSet()
    {
        std::set<std::string> trained;
        const QDir artefacts(m_home->folder.filePath(QStringLiteral("demo/artefacts")));
        for (const QString& name : artefacts.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            QFile manifest(artefacts.filePath(name + QStringLiteral("/manifest.json")));
            if (!manifest.open(QIODevice::ReadOnly)
                || QJsonDocument::fromJson(manifest.readAll())[QStringLiteral("type")].toString()
                    != QLatin1String("gate"))
                continue;
            QFile rows(artefacts.filePath(name + QStringLiteral("/samples.jsonl")));
            QVERIFY(rows.open(QIODevice::ReadOnly));
            while (!rows.atEnd())
                trained.insert(base::Json::parse(rows.readLine().toStdString())["id"]);
        }
        QVERIFY(trained.contains(m_decided["accept"]));
        QVERIFY(trained.contains(m_decided["override"]));
        QVERIFY(!trained.contains(m_decided["reject"]));
    }

    // The page's first column of figures against what the command line prints.
    void compareReport(const Studio& studio)
    {
        studio.window->showPage(QStringLiteral("evaluate"));
        const models::EvaluationModel& model = studio.page<pages::EvaluatePage>("evaluate").model();
        const base::Json report = base::Json::parse(output(kEngine,
            { QStringLiteral("report"), QString::fromStdString(m_run.root().string()),
                QStringLiteral("--json") })
                                                        .toStdString());
        QTRY_COMPARE(model.rowCount(), static_cast<int>(report["stages"].size()));
        const auto& columns = model.columns();
        const auto accuracy = std::find_if(columns.begin(), columns.end(),
            [](const auto& column) { return column.benchmark == "pixels" && column.measure == "accuracy"; });
        QVERIFY(accuracy != columns.end());
        const int column = static_cast<int>(accuracy - columns.begin());
        for (int row = 0; row < model.rowCount(); ++row) {
            const double expected = report["stages"][static_cast<std::size_t>(row)]["accuracy"];
            QVERIFY(model.cell(row, column + 1));
            QCOMPARE(model.cell(row, column + 1)->value, expected);
            QCOMPARE(model.index(row, column + 1).data().toString(), QString::number(expected, 'f', 3));
        }
    }

    std::unique_ptr<tests::Home> m_home;
    store::RunFolder m_run { {} };
    std::map<std::string, std::string> m_decided; // verdict -> sample
};

QTEST_MAIN(TestStudioRun)
#include "tst_studio_run.moc"
