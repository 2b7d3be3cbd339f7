// SPDX-License-Identifier: GPL-3.0-or-later
// The Audit page with real keys over a real run.db and audit.db.
#include "app/pages/audit_paths_panel.h"
#include "app/pages/audit_quality_panel.h"
#include "app/pages/path_card.h"
#include "app/pages/vote_bar.h"
#include "audit_bench.h"
#include "widgets/plot/risk_plot.h"

#include <QDialog>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QToolButton>

#include <cmath>

using namespace msrl;
using models::ItemStatus;

using tests::kItems;

class TestAuditPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_bench = std::make_unique<tests::AuditBench>();
        m_bench->start();
    }
    void cleanup() { m_bench.reset(); }

    void acceptIsStoredAndTheNextUndecidedComesUp()
    {
        const std::string first = m_bench->goToChoice();
        m_bench->press(Qt::Key_A);
        QVERIFY(m_bench->status(first) == ItemStatus::Accepted);
        QVERIFY(m_bench->page->current() != first);
        QVERIFY(m_bench->status(m_bench->page->current()) == ItemStatus::Undecided);
        const auto row = m_bench->stored(first);
        QVERIFY(row.has_value());
        QCOMPARE(row->verdict, std::string("accept"));
        QCOMPARE(row->auditor, std::string("Ada"));
        QCOMPARE(row->how, std::string("key"));
        QCOMPARE(row->from, std::string("pending"));
    }

    void aTieCannotBeAcceptedButRejected()
    {
        const std::string tie = m_bench->page->current(); // disagreement stands first
        QVERIFY(m_bench->page->queue().find(tie)->machine() == models::MachineChoice::Tie);
        m_bench->press(Qt::Key_A);
        QVERIFY(m_bench->status(tie) == ItemStatus::Undecided);
        QVERIFY(!m_bench->stored(tie).has_value());
        m_bench->press(Qt::Key_R);
        QCOMPARE(m_bench->stored(tie)->verdict, std::string("reject"));
    }

    void undoBringsTheItemBackAndKeepsTheHistory()
    {
        const std::string first = m_bench->page->current();
        m_bench->press(Qt::Key_R);
        m_bench->press(Qt::Key_Z);
        QVERIFY(m_bench->status(first) == ItemStatus::Undecided);
        QCOMPARE(m_bench->page->current(), first);
        QCOMPARE(m_bench->stored(first)->verdict, std::string("pending"));
        auto audit = store::AuditStore::open((m_bench->run + QStringLiteral("/audit.db")).toStdString());
        QCOMPARE(audit->history("cmkd", first)->size(), std::size_t { 2 });
    }

    void overrideAsksForPathAndReason()
    {
        const std::string first = m_bench->page->current();
        m_bench->press(Qt::Key_O);
        m_bench->press(Qt::Key_3);
        auto* reason = qobject_cast<QLineEdit*>(m_bench->page->focusWidget());
        QVERIFY(reason); // the digit moved on to the reason
        m_bench->press(Qt::Key_Return);
        QVERIFY(!m_bench->stored(first).has_value()); // without a reason nothing is decided
        QTest::keyClicks(reason, QStringLiteral("a far jab 2"));
        QVERIFY(m_bench->status(first) == ItemStatus::Undecided); // letters are text here, not decisions
        m_bench->press(Qt::Key_Return);
        const auto row = m_bench->stored(first);
        QVERIFY(row.has_value());
        QCOMPARE(row->verdict, std::string("override"));
        QCOMPARE(row->path, 2);
        QCOMPARE(row->reason, std::string("a far jab 2"));
        QVERIFY(m_bench->page->current() != first);
        m_bench->press(Qt::Key_A); // the keys decide again after the form has closed
        m_bench->press(Qt::Key_Z);
        m_bench->press(Qt::Key_Z);
        QVERIFY(m_bench->status(first) == ItemStatus::Undecided);
    }

    void lettersInTheSearchAreText()
    {
        auto* search = m_bench->page->findChild<QLineEdit*>(QStringLiteral("queueSearch"));
        QVERIFY(search);
        search->setFocus();
        QTest::keyClicks(search, QStringLiteral("vis-00012"));
        QCOMPARE(search->text(), QStringLiteral("vis-00012"));
        QTRY_COMPARE(m_bench->page->queue().rowCount(), 1);
        QCOMPARE(m_bench->page->current(), std::string("vis-00012"));
        QTest::keyClicks(search, QStringLiteral("arf"));
        QTRY_COMPARE(m_bench->page->queue().rowCount(), 0);
        QCOMPARE(m_bench->page->queue().numWithStatus(ItemStatus::Undecided), kItems);
    }

    void bulkDecidesTheWholeFilterWithOneUndo()
    {
        models::QueueFilter filter;
        filter.tasks = { "image_understanding" };
        m_bench->page->queue().setFilter(filter);
        const int shown = m_bench->page->queue().rowCount();
        int withChoice = 0;
        for (int row = 0; row < shown; ++row)
            withChoice += m_bench->page->queue().item(row)->summary.chosen >= 0 ? 1 : 0;
        QVERIFY(withChoice > 0 && withChoice < shown);
        auto* bar = m_bench->page->findChild<pages::DecisionBar*>();
        m_bench->press(Qt::Key_A, Qt::ShiftModifier);
        QVERIFY(bar->isAsking());
        QCOMPARE(m_bench->page->queue().numWithStatus(ItemStatus::Accepted), 0); // asked first
        auto* confirm = bar->findChild<QPushButton*>(QStringLiteral("bulkConfirm"));
        QVERIFY(confirm->text().contains(QString::number(withChoice)));
        QTest::mouseClick(confirm, Qt::LeftButton);
        QCOMPARE(m_bench->page->queue().numWithStatus(ItemStatus::Accepted), withChoice);
        m_bench->press(Qt::Key_Z);
        QCOMPARE(m_bench->page->queue().numWithStatus(ItemStatus::Accepted), 0);
        QVERIFY(!m_bench->page->undoStack().canUndo());
    }

    void movesWithoutDeciding()
    {
        const std::string first = m_bench->page->current();
        m_bench->press(Qt::Key_J);
        const std::string second = m_bench->page->current();
        QVERIFY(second != first);
        m_bench->press(Qt::Key_K);
        QCOMPARE(m_bench->page->current(), first);
        QCOMPARE(m_bench->page->queue().numWithStatus(ItemStatus::Undecided), kItems);
    }

    void signOffStatesCountsAndIsWritten()
    {
        m_bench->goToChoice();
        m_bench->press(Qt::Key_A);
        m_bench->goToChoice();
        m_bench->press(Qt::Key_R);
        const models::AuditSummary sum = m_bench->page->summary();
        QCOMPARE(sum.byAuditor.checked, 2);
        QCOMPARE(sum.byAuditor.wrong, 1);
        QTest::mouseClick(
            m_bench->page->findChild<QPushButton*>(QStringLiteral("signOffButton")), Qt::LeftButton);
        auto* dialog = m_bench->page->findChild<QDialog*>();
        QVERIFY(dialog);
        auto* confirm = dialog->findChild<QPushButton*>(QStringLiteral("signOffConfirm"));
        QVERIFY(confirm->text().startsWith(QStringLiteral("Sign off")));
        QTest::mouseClick(confirm, Qt::LeftButton);
        auto audit = store::AuditStore::open((m_bench->run + QStringLiteral("/audit.db")).toStdString());
        const auto signedOff = *audit->newestSignOff("cmkd");
        QVERIFY(signedOff.has_value());
        QCOMPARE(signedOff->auditor, std::string("Ada"));
        QCOMPARE(signedOff->accepted, sum.training());
        QCOMPARE(signedOff->accepted + signedOff->rejected, kItems);
        QVERIFY(signedOff->statement.find("1 of 2") != std::string::npos);
        store::RunReader reader((m_bench->run + QStringLiteral("/run.db")).toStdString());
        QCOMPARE(signedOff->candidatesHash, *reader.candidatesHash("cmkd"));
    }

    void blindModeHidesTheVotesUntilDecided()
    {
        m_bench->goToChoice();
        m_bench->press(Qt::Key_B);
        QVERIFY(!m_bench->showsText(QStringLiteral("Why:")));
        QVERIFY(m_bench->showsText(QStringLiteral("hidden until you decide")));
        const std::string blind = m_bench->page->current();
        m_bench->press(Qt::Key_A);
        m_bench->press(Qt::Key_Z);
        m_bench->press(Qt::Key_B);
        QCOMPARE(m_bench->page->current(), blind);
        QVERIFY(m_bench->showsText(QStringLiteral("Why:")));
    }

    // With and without a scroll bar beside the cards.
    void theVotesEndWhereTheCardsEnd()
    {
        const auto rightOf
            = [](const QWidget* widget) { return widget->mapToGlobal(QPoint(widget->width(), 0)).x(); };
        for (const int height : { 500, 1600 }) {
            m_bench->page->resize(1300, height);
            m_bench->press(Qt::Key_J);
            const auto* votes = m_bench->page->findChild<pages::VoteBar*>();
            const auto* panel = m_bench->page->findChild<pages::AuditPathsPanel*>();
            QTRY_COMPARE(panel->findChild<QScrollArea*>()->verticalScrollBar()->maximum() > 0, height == 500);
            QTRY_COMPARE(rightOf(votes), rightOf(panel->findChild<pages::PathCard*>()));
        }
    }

    void theQualityViewHasNoKeysThatDecide()
    {
        const std::string first = m_bench->goToChoice();
        m_bench->press(Qt::Key_Q);
        QVERIFY(m_bench->page->showsQuality());
        m_bench->press(Qt::Key_A);
        m_bench->press(Qt::Key_R);
        QVERIFY(!m_bench->stored(first).has_value());
        m_bench->press(Qt::Key_Q);
        QVERIFY(!m_bench->page->showsQuality());
        QCOMPARE(m_bench->page->current(), first);
    }

    // The threshold is dragged, what lies above is accepted as a whole, and taken back as a whole.
    void aThresholdAcceptsWhatLiesAboveIt()
    {
        m_bench->page->showQuality(true);
        auto* panel = m_bench->page->findChild<pages::AuditQualityPanel*>();
        auto* plot = panel->findChild<widgets::RiskPlot*>();
        QVERIFY(panel->truth() == models::Truth::Gold); // nothing is decided yet, some items have gold
        QCOMPARE(panel->measure(), std::string("mean_logprob"));
        QTest::mousePress(plot, Qt::LeftButton, {}, plot->place(0).toPoint());
        const double highest = plot->threshold();
        const int few = panel->outcome().accepted;
        QTest::mouseMove(plot, plot->place(0).toPoint() + QPoint(60, 0));
        QTest::mouseRelease(plot, Qt::LeftButton);
        QTest::keyClick(plot, Qt::Key_Right);
        QVERIFY(plot->threshold() < highest);
        const models::ThresholdOutcome outcome = panel->outcome();
        QVERIFY(outcome.accepted > few && outcome.accepted < outcome.choices);
        const auto* text = panel->findChild<QLabel*>(QStringLiteral("outcome"));
        QVERIFY(text->text().contains(tr("%1 of %2").arg(outcome.accepted).arg(outcome.choices)));
        QTest::mouseClick(panel->findChild<QPushButton*>(QStringLiteral("acceptAbove")), Qt::LeftButton);
        QVERIFY(!m_bench->page->showsQuality());
        QCOMPARE(m_bench->page->queue().rowCount(), outcome.accepted);
        auto* bar = m_bench->page->findChild<pages::DecisionBar*>();
        QTest::mouseClick(bar->findChild<QPushButton*>(QStringLiteral("bulkConfirm")), Qt::LeftButton);
        QCOMPARE(m_bench->page->queue().numWithStatus(ItemStatus::Accepted), outcome.accepted);
        for (const models::QueueItem& item : m_bench->page->queue().items()) {
            const bool above = item.confidence("mean_logprob") >= outcome.threshold; // not a number: false
            QCOMPARE(item.status() == ItemStatus::Accepted, above);
        }
        m_bench->press(Qt::Key_Z);
        QCOMPARE(m_bench->page->queue().numWithStatus(ItemStatus::Accepted), 0);
        QTest::mouseClick(
            m_bench->page->findChild<QToolButton*>(QStringLiteral("confidenceLimit")), Qt::LeftButton);
        QCOMPARE(m_bench->page->queue().rowCount(), kItems);
    }

    void theSampleIsDrawnShownAndJudged()
    {
        m_bench->page->showQuality(true);
        auto* panel = m_bench->page->findChild<pages::AuditQualityPanel*>();
        panel->findChild<QSpinBox*>(QStringLiteral("sampleSize"))->setValue(6);
        const std::vector<std::int64_t> drawn = panel->sample().rowids;
        QTest::mouseClick(panel->findChild<QPushButton*>(QStringLiteral("showSample")), Qt::LeftButton);
        QCOMPARE(m_bench->page->queue().rowCount(), 6);
        for (int i = 0; i < 5; ++i)
            m_bench->press(Qt::Key_A);
        m_bench->press(Qt::Key_R);
        m_bench->page->showQuality(true);
        QCOMPARE(panel->sample().rowids, drawn);
        QCOMPARE(panel->sample().error.checked, 6);
        QCOMPARE(panel->sample().error.wrong, 1);
        QVERIFY(panel->sample().isComplete());
        // 1 of 6: the share p with P(at most one of six) = 5 %.
        const double p = panel->sample().bound;
        QVERIFY(std::abs(std::pow(1 - p, 6) + 6 * p * std::pow(1 - p, 5) - 0.05) < 1e-9);
        m_bench->page->showQuality(false);
        QTest::mouseClick(
            m_bench->page->findChild<QPushButton*>(QStringLiteral("signOffButton")), Qt::LeftButton);
        auto* dialog = m_bench->page->findChild<QDialog*>();
        QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("signOffConfirm")), Qt::LeftButton);
        auto audit = store::AuditStore::open((m_bench->run + QStringLiteral("/audit.db")).toStdString());
        const std::string statement = (*audit->newestSignOff("cmkd"))->statement;
        QVERIFY(statement.find("Random sample: All 6 decided, 1 wrong") != std::string::npos);
    }

private:
    std::unique_ptr<tests::AuditBench> m_bench;
};

QTEST_MAIN(TestAuditPage)
#include "tst_audit_page.moc"
