// SPDX-License-Identifier: GPL-3.0-or-later
// What the Audit page does not let happen: decisions about other items than were shown, an old sign-off for a
// new set, hints for a blind auditor, targets that the student cannot learn.
#include "app/pages/audit_paths_panel.h"
#include "app/pages/decision_bar.h"
#include "app/pages/queue_facet_panel.h"
#include "app/services/audit_session.h"
#include "audit_bench.h"
#include "core/base/files.h"
#include "core/store/run_reader.h"
#include "core/store/run_store.h"
#include "widgets/feedback/labels.h"

#include <QComboBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

using namespace msrl;
using models::ItemStatus;

class TestAuditGuards : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_bench = std::make_unique<tests::AuditBench>();
        m_bench->start();
        m_bar = m_bench->page->findChild<pages::DecisionBar*>();
    }
    void cleanup()
    {
        m_bench->page->setSession(nullptr);
        m_bench.reset();
    }

    void aQuestionGoesWithWhatItWasAbout()
    {
        ask(pages::AuditAct::RejectShown);
        QVERIFY(m_bar->isAsking());
        models::QueueFilter filter;
        filter.statuses = { ItemStatus::Undecided };
        m_bench->page->queue().setFilter(filter);
        QVERIFY(!m_bar->isAsking());
        Q_EMIT m_bar->bulkConfirmed();
        QCOMPARE(m_bench->page->queue().numWithStatus(ItemStatus::Rejected), 0);
        ask(pages::AuditAct::RejectShown);
        m_bench->page->setSession(nullptr);
        QVERIFY(!m_bar->isAsking());
    }

    void flaggedItemsAreLeftToBeLookedAt()
    {
        const std::string first = m_bench->page->current();
        m_bench->press(Qt::Key_F);
        QVERIFY(m_bench->status(first) == ItemStatus::Flagged);
        ask(pages::AuditAct::RejectShown);
        QVERIFY(m_bench->showsText(QStringLiteral("1 flagged")));
        confirm();
        QVERIFY(m_bench->status(first) == ItemStatus::Flagged);
        QCOMPARE(m_bench->page->queue().numWithStatus(ItemStatus::Rejected), tests::kItems - 1);
    }

    void whatSomebodySaysMeanwhileStands()
    {
        ask(pages::AuditAct::RejectShown);
        const std::string other = m_bench->page->queue().item(3)->summary.sampleId;
        auto bob = services::AuditSession::open(m_bench->run, QStringLiteral("Bob"));
        QVERIFY(bob.ok());
        store::DecisionRow row;
        row.stage = "cmkd";
        row.sampleId = other;
        row.verdict = "flag";
        QVERIFY((*bob)->decide(row).ok());
        QTRY_VERIFY(m_bench->status(other) == ItemStatus::Flagged); // noticed while the question stands
        confirm();
        QVERIFY(m_bench->status(other) == ItemStatus::Flagged);
        QCOMPARE(m_bench->page->queue().numWithStatus(ItemStatus::Rejected), tests::kItems - 1);
        m_bench->press(Qt::Key_Z);
        QVERIFY(m_bench->status(other) == ItemStatus::Flagged);
        QCOMPARE(m_bench->page->queue().numWithStatus(ItemStatus::Rejected), 0);
    }

    void aSignOffIsOfTheSetAsItIs()
    {
        const std::string hash = *store::RunReader((m_bench->run + QStringLiteral("/run.db")).toStdString())
                                      .candidatesHash("cmkd");
        for (const auto& [signedFor, current] :
            { std::pair<std::string, bool>("another set", false), { hash, true } }) {
            m_bench->page->setSession(nullptr);
            {
                auto bob = services::AuditSession::open(m_bench->run, QStringLiteral("Bob"));
                QVERIFY(bob.ok());
                store::SignOffRow row;
                row.stage = "cmkd";
                row.candidatesHash = signedFor;
                QVERIFY((*bob)->signOff(row).ok());
            }
            m_bench->open();
            m_bar = m_bench->page->findChild<pages::DecisionBar*>();
            const QString wanted = current ? QStringLiteral("signed off by Bob")
                                           : QStringLiteral("changed since Bob signed it off");
            const auto labels = m_bench->page->findChildren<widgets::StateLabel*>();
            QVERIFY(std::any_of(labels.begin(), labels.end(),
                [&](const widgets::StateLabel* label) { return label->word().startsWith(wanted); }));
            QCOMPARE(m_bar->canSignOff(), !current);
        }
    }

    // The teacher writes other paths into the same run: an earlier acceptance is not theirs.
    void whatWasSaidAboutEarlierPathsIsDecidedAgain()
    {
        const std::string tie = m_bench->page->current();
        m_bench->press(Qt::Key_R);
        const std::string first = m_bench->goToChoice();
        m_bench->press(Qt::Key_A);
        QVERIFY(m_bench->status(first) == ItemStatus::Accepted);
        const std::string judged = m_bench->stored(first)->judged;
        QCOMPARE(judged, m_bench->page->queue().find(first)->summary.digest);
        QVERIFY(!judged.empty());
        auto row = **m_bench->session->reader().candidate("cmkd", first);
        m_bench->page->setSession(nullptr);
        {
            auto store = store::RunStore::open((m_bench->run + QStringLiteral("/run.db")).toStdString());
            QVERIFY(store.ok());
            row.paths[static_cast<std::size_t>(row.chosen)].text += " Written anew.";
            QVERIFY(store->append(row).ok());
            QVERIFY(store->flush().ok());
        }
        m_bench->open();
        m_bar = m_bench->page->findChild<pages::DecisionBar*>();
        QCOMPARE(m_bench->page->current(), tie); // it stands first, and its paths are the same
        QVERIFY(m_bench->showsText(QStringLiteral("rejected, before undecided")));
        const auto* item = m_bench->page->queue().find(first);
        QVERIFY(item->status() == ItemStatus::Undecided && item->isToDecideAgain());
        QVERIFY(m_bench->showsText(QStringLiteral("1 to decide again")));
        while (m_bench->page->current() != first)
            m_bench->press(Qt::Key_J);
        QVERIFY(m_bench->showsText(QStringLiteral("Decided on earlier paths, decide again.")));
        m_bench->press(Qt::Key_R);
        QVERIFY(m_bench->status(first) == ItemStatus::Rejected);
        QCOMPARE(m_bench->stored(first)->from, std::string("pending"));
        m_bench->press(Qt::Key_Z);
        QVERIFY(m_bench->page->queue().find(first)->isToDecideAgain()); // the acceptance is not back
        QCOMPARE(m_bench->stored(first)->verdict, std::string("pending"));
    }

    // Two gates behind one set ask for different things; a third one is another teacher's.
    void theGateThatIsAuditedIsChosen()
    {
        m_bench->page->setSession(nullptr);
        const auto gate = [](const char* id, const char* policy, const char* teacher) {
            return base::Json { { "id", id }, { "type", "gate" },
                { "inputs",
                    { { "candidates", base::Json::array({ std::string(teacher) + ".candidates" }) } } },
                { "params",
                    { { "policy", policy }, { "min_vote_share", 0.5 }, { "confidence", "mean_logprob" },
                        { "min_confidence", -10 } } } };
        };
        base::Json plan = { { "seed", 7 }, { "steps", base::Json::array() } };
        plan["steps"].push_back(gate("gate", "wait", "cmkd"));
        plan["steps"].push_back(gate("strict", "by_hand", "cmkd"));
        plan["steps"].push_back(gate("other", "wait", "cmkd2"));
        const std::string file = (m_bench->run + QStringLiteral("/plan.json")).toStdString();
        QVERIFY(base::writeFileAtomically(file, plan.dump()).ok());
        {
            auto store = store::RunStore::open((m_bench->run + QStringLiteral("/run.db")).toStdString());
            for (const char* id : { "strict", "other" }) {
                store::StageRow row;
                row.stage = row.nodeId = id;
                row.nodeType = "gate";
                row.title = std::string(id) + " gate";
                row.position = 20;
                QVERIFY(store->putStage(row).ok());
            }
            QVERIFY(store->flush().ok());
        }
        m_bench->open();
        auto* box = m_bench->page->findChild<QComboBox*>(QStringLiteral("auditedGate"));
        QCOMPARE(box->count(), 2);
        QVERIFY(box->itemText(1).contains(QStringLiteral("strict gate")));
        QCOMPARE(box->currentIndex(), 0); // the run waits there
        QVERIFY(m_bench->page->summary().undecidedKept > 0);
        const std::string first = m_bench->goToChoice();
        m_bench->press(Qt::Key_A);
        box->setCurrentIndex(1);
        Q_EMIT box->activated(1);
        QCOMPARE(m_bench->page->summary().undecidedKept, 0); // only what a person accepted trains
        QVERIFY(
            m_bench->status(first) == ItemStatus::Accepted); // a word about the set, for each of its gates
        QVERIFY(m_bench->page->undoStack().canUndo());
    }

    void aBlindAuditorIsToldNothing()
    {
        const auto heads = [&] {
            QStringList shown;
            for (const QToolButton* head :
                m_bench->page->findChild<pages::QueueFacetPanel*>()->findChildren<QToolButton*>()) {
                if (head->isVisible() && head->property("kind") == QLatin1String("fold"))
                    shown << head->text();
            }
            return shown;
        };
        m_bench->goToChoice();
        QVERIFY(heads().contains(QStringLiteral("Gold label")));
        models::QueueFilter filter;
        filter.gold = { models::GoldAgreement::Differs };
        m_bench->page->queue().setFilter(filter);
        m_bench->press(Qt::Key_B);
        for (const char* telling :
            { "Votes", "Gold label", "Confidence of the choice", "Decided by", "Right format" })
            QVERIFY2(!heads().contains(QLatin1String(telling)), telling);
        QVERIFY(heads().contains(QStringLiteral("Task")));
        QVERIFY(m_bench->page->queue().filter().gold.empty());
        m_bench->press(Qt::Key_E);
        QCOMPARE(m_bench->page->findChild<QPlainTextEdit*>()->toPlainText(), QString());
        m_bench->press(Qt::Key_Escape);
        m_bench->press(Qt::Key_B);
        QVERIFY(heads().contains(QStringLiteral("Gold label")));
    }

    void onlyWhatCanBeLearntIsTaken()
    {
        auto* panel = m_bench->page->findChild<pages::AuditPathsPanel*>();
        const auto bad = [this] {
            const auto* item = m_bench->page->queue().find(m_bench->page->current());
            const auto row = m_bench->session->reader().candidate(item->summary.rowid);
            const auto& paths = (*row)->paths;
            const auto found
                = std::find_if(paths.begin(), paths.end(), [](const auto& path) { return !path.formatOk; });
            return found == paths.end() ? -1 : static_cast<int>(found - paths.begin());
        };
        while (bad() < 0)
            m_bench->press(Qt::Key_J);
        m_bench->press(Qt::Key_O);
        panel->selectPath(bad());
        panel->findChild<QLineEdit*>()->setText(QStringLiteral("because"));
        QVERIFY(m_bench->showsText(QStringLiteral("cannot be learnt")));
        m_bench->press(Qt::Key_Return);
        QVERIFY(!m_bench->stored(m_bench->page->current()).has_value());
        panel->selectPath(bad() == 0 ? 1 : 0);
        QVERIFY(!m_bench->showsText(QStringLiteral("cannot be learnt")));
    }

    // An own target begins as what the picked path would teach.
    void anOwnTargetBeginsWithItsCaption()
    {
        m_bench->goToChoice();
        m_bench->page->findChild<pages::AuditPathsPanel*>()->selectPath(0);
        m_bench->press(Qt::Key_E);
        const QString text = m_bench->page->findChild<QPlainTextEdit*>()->toPlainText();
        QVERIFY2(
            text.startsWith(QStringLiteral("<type>")) && text.contains(QStringLiteral("</caption><think>")),
            qPrintable(text));
    }

    // Style sheets let buttons shrink below their words.
    void everyWordOfTheBarIsReadInANarrowWindow()
    {
        QWidget window;
        window.setStyleSheet(QStringLiteral("QPushButton { border: 1px solid gray; padding: 0 12px; }"));
        auto* bar = new pages::DecisionBar(&window);
        bar->showKey(pages::AuditAct::SignOff, QStringLiteral("Shift+S"));
        auto* layout = new QVBoxLayout(&window);
        layout->addWidget(bar);
        window.show();
        for (const int width : { 2000, 1180, window.minimumSizeHint().width() }) {
            window.resize(width, 200);
            for (const QPushButton* button : bar->findChildren<QPushButton*>()) {
                if (button->isVisible())
                    QTRY_VERIFY2(button->width() >= button->sizeHint().width(), qPrintable(button->text()));
            }
        }
    }

private:
    void ask(pages::AuditAct act) { Q_EMIT m_bar->acted(act); }
    void confirm() { m_bar->findChild<QPushButton*>(QStringLiteral("bulkConfirm"))->click(); }

    std::unique_ptr<tests::AuditBench> m_bench;
    pages::DecisionBar* m_bar = nullptr;
};

QTEST_MAIN(TestAuditGuards)
#include "tst_audit_guards.moc"
