// SPDX-License-Identifier: GPL-3.0-or-later
// A study from the window with the real engine: one click starts it, the next studio finds it at work, it is
// stopped and goes on, and its table is the engine's own.
#include "app/pages/compare_page.h"
#include "app/pages/study_plot_view.h"
#include "core/base/process.h"
#include "core/groups/configurations.h"
#include "tests/scenarios/studio_window.h"
#include "widgets/feedback/message_bar.h"

#include <QClipboard>
#include <QComboBox>
#include <QTest>

#include <csignal>
#include <memory>

using namespace msrl;
using tests::kPatienceMs;
using tests::Studio;

namespace {

const QString kEngine = QStringLiteral(MSRL_ENGINE);

} // namespace

class TestStudioStudy : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<tests::Home> m_home;
    QString m_group;

    static services::GroupSession* session(const Studio& studio)
    {
        return studio.page<pages::ComparePage>("compare").study().session();
    }

    // The window's own words, for a failure.
    static QByteArray said(const Studio& studio)
    {
        return studio.window->findChild<widgets::MessageBar*>()->message().toUtf8();
    }

    // Opens the demo and presses the button below the stages.
    void begin(const Studio& studio, const char* button)
    {
        QVERIFY(QTest::qWaitForWindowActive(studio.window.get()));
        QVERIFY(studio.window->openProject(m_home->project));
        studio.click(button);
        QTRY_VERIFY2_WITH_TIMEOUT(session(studio) != nullptr, said(studio).constData(), kPatienceMs);
        m_group = session(studio)->path();
        QVERIFY(studio.page<pages::ComparePage>("compare").isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(session(studio)->runningStage(), kPatienceMs);
    }

private Q_SLOTS:
    void init() { m_home = std::make_unique<tests::Home>(kEngine); }

    // An engine that a failed case left behind would hold the folder.
    void cleanup()
    {
        const groups::GroupFolder folder(m_group.toStdString());
        if (const auto info = store::RunFolder(folder.process()).readInfo();
            !m_group.isEmpty() && info && base::isAlive(info->process))
            ::kill(static_cast<pid_t>(info->process.pid), SIGKILL);
        m_home.reset();
    }

    void theReplaySweepOutlivesAStudioIsStoppedAndGoesOn()
    {
        services::Settings().edit([](services::SettingsData& data) {
            data.pages["studies"]["ratios"] = { { "seeds", "1,2" }, { "ratios", "0,1" } };
        });
        {
            Studio studio(m_home->engine);
            begin(studio, "study.run.ratios");
        }
        if (QTest::currentTestFailed())
            return;
        Studio studio(m_home->engine);
        studio.window->openLastRun();
        QVERIFY(session(studio));
        QCOMPARE(session(studio)->path(), m_group);
        QVERIFY(session(studio)->isWorking());
        QCOMPARE(session(studio)->members().size(), 4U);
        studio.window->showPage(QStringLiteral("compare"));
        studio.click("groupAct"); // stop
        QTRY_VERIFY_WITH_TIMEOUT(!session(studio)->isWorking(), kPatienceMs);
        QCOMPARE(session(studio)->engineState()->kind, store::RunStateKind::StoppedByYou);
        QVERIFY(session(studio)->numFinished() < 4);

        studio.click("groupAct"); // go on
        QTRY_VERIFY_WITH_TIMEOUT(session(studio)->isWorking(), kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(
            session(studio)->engineState()->kind, store::RunStateKind::Finished, kPatienceMs);
        QCOMPARE(session(studio)->numFinished(), 4);

        auto* policy = studio.window->findChild<QComboBox*>(QStringLiteral("groupPolicy"));
        const QString after = policy->currentData().toString();
        QVERIFY(!after.isEmpty());
        for (const char* form : { "markdown", "latex", "csv" }) {
            studio.window->actions().action(QStringLiteral("compare.") + QLatin1String(form))->trigger();
            const QByteArray printed = tests::output(kEngine,
                { QStringLiteral("sweep"), QStringLiteral("--report"), m_group, QStringLiteral("--after"),
                    after, QStringLiteral("--") + QLatin1String(form) });
            QCOMPARE(QApplication::clipboard()->text().toUtf8(), printed);
        }
        const auto* plot = studio.window->findChild<pages::StudyPlotView*>();
        QVERIFY(plot->shownPlot());
        QCOMPARE(plot->shownPlot()->points.size(), 2U);
    }

    void theAblationSetStartsByOneClick()
    {
        Studio studio(m_home->engine);
        begin(studio, "study.run.ablations");
        if (QTest::currentTestFailed())
            return;
        QCOMPARE(session(studio)->members().size(), 15U); // five rows, three seeds
        QCOMPARE(session(studio)->group().configurations.back().key, std::string(groups::kFullKey));
        studio.click("groupAct");
        QTRY_VERIFY_WITH_TIMEOUT(!session(studio)->isWorking(), kPatienceMs);
    }
};

QTEST_MAIN(TestStudioStudy)
#include "tst_studio_study.moc"
