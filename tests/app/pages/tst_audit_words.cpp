// SPDX-License-Identifier: GPL-3.0-or-later
// What auditors say about an item beyond yes and no, and what another auditor said before them.
#include "app/pages/audit_paths_panel.h"
#include "app/pages/audit_sample_panel.h"
#include "app/pages/decision_bar.h"
#include "app/pages/media_view.h"
#include "app/pages/path_card.h"
#include "app/services/engine_pictures.h"
#include "audit_bench.h"
#include "tests/support/pictures_double.h"
#include "widgets/feedback/wrapped_text.h"

#include <QAbstractButton>
#include <QApplication>
#include <QImageReader>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

#include <utility>

using namespace msrl;
using models::ItemStatus;

class TestAuditWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_bench = std::make_unique<tests::AuditBench>();
        m_bench->start();
    }
    void cleanup() { m_bench.reset(); }

    void anotherAuditorsWordIsSeenFirstAndKept()
    {
        auto bob = services::AuditSession::open(m_bench->run, QStringLiteral("Bob"));
        QVERIFY(bob.ok());
        const std::string first = m_bench->page->current();
        store::DecisionRow row;
        row.stage = "cmkd";
        row.sampleId = first;
        row.verdict = "flag";
        QVERIFY((*bob)->decide(row).ok());
        m_bench->press(Qt::Key_R); // not seen yet, unless the page looked in between
        if (m_bench->status(first) == ItemStatus::Flagged)
            m_bench->press(Qt::Key_R);
        QTRY_VERIFY(m_bench->status(first) == ItemStatus::Rejected);
        const auto& queue = m_bench->page->queue();
        QVERIFY(queue.review(*queue.find(first)) == models::Review::Differ);
        m_bench->press(Qt::Key_Z);
        QVERIFY(m_bench->status(first) == ItemStatus::Flagged); // Bob's word stands again
        QCOMPARE(m_bench->stored(first)->auditor, std::string("Bob"));
        QVERIFY(queue.review(*queue.find(first)) == models::Review::Others);
    }

    // Of a medium that Qt does not read the picture comes later, in its place; all else stays.
    void aPictureOfTheEngineTakesItsPlace()
    {
        if (QImageReader::supportedImageFormats().contains("webp"))
            QSKIP("Qt reads WebP here, and the engine is not asked for it");
        const QTemporaryDir folder;
        const tests::PicturesDouble engine(folder.path());
        services::EnginePictures pictures([&engine] { return engine.program(); });
        store::CandidateRow candidate;
        candidate.sampleId = "one";
        candidate.taskType = "image_understanding";
        candidate.responseA = "a cat";
        const auto image = [&engine](const char* name) {
            return base::Json { { "role", "context" }, { "kind", "image" },
                { "files", base::Json::array({ engine.path(name).toStdString() }) } };
        };
        candidate.media = base::Json::array({ image("cat.webp"), image("blue.png") });
        pages::AuditSamplePanel panel;
        panel.usePictures(&pictures);
        panel.show(candidate, false);
        const auto items = [&panel] { return panel.findChildren<pages::MediaItem*>(); };
        QCOMPARE(items().size(), 2);
        const pages::MediaItem* blue = items()[1];
        QCOMPARE(items()[0]->notice(), QStringLiteral("Reading…"));
        QTRY_VERIFY(panel.media()[0]["files"].size() > 0);
        QTRY_COMPARE(items().size(), 2); // the first one goes once its events are done
        QVERIFY(items().contains(blue));
        for (const pages::MediaItem* item : items()) {
            QTRY_VERIFY(!item->isReading());
            QVERIFY(item->notice().isEmpty());
        }
    }

    void aWrongCaptionIsAReasonToReject()
    {
        const std::string first = m_bench->page->current();
        m_bench->press(Qt::Key_C);
        QCOMPARE(m_bench->stored(first)->verdict, std::string("reject"));
        QCOMPARE(m_bench->stored(first)->caption, std::string("wrong"));
        QCOMPARE(m_bench->stored(first)->reason, std::string()); // a column of its own
        QVERIFY(m_bench->page->current() != first);
        QCOMPARE(m_bench->page->queue().counts().captions.at(models::CaptionVerdict::Wrong), 1);
        m_bench->press(Qt::Key_R); // another item, for another reason
        QCOMPARE(m_bench->page->queue().counts().captions.at(models::CaptionVerdict::Fine), 1);
        m_bench->page->showQuality(true);
        QVERIFY(m_bench->showsText(QStringLiteral("The caption was found wrong in 1 of 2 decided items")));
        m_bench->page->showQuality(false);
        m_bench->press(Qt::Key_Z);
        while (m_bench->page->current() != first)
            m_bench->press(Qt::Key_K);
        const auto* log = m_bench->page->findChild<QLabel*>(QStringLiteral("decisionLog"));
        QVERIFY(log->text().contains(QStringLiteral("rejected, before undecided, wrong caption")));
        m_bench->press(Qt::Key_M); // a note leaves the verdict on the caption
        QTest::keyClicks(m_bench->page->focusWidget(), QStringLiteral("no circle there"));
        m_bench->press(Qt::Key_Return);
        QCOMPARE(m_bench->stored(first)->reason, std::string("no circle there"));
        QCOMPARE(m_bench->stored(first)->caption, std::string("wrong"));
        m_bench->press(Qt::Key_Z);
        m_bench->press(Qt::Key_Z);
        QVERIFY(m_bench->status(first) == ItemStatus::Undecided);
    }

    void aNoteDecidesNothing()
    {
        const std::string first = m_bench->goToChoice();
        m_bench->press(Qt::Key_A);
        m_bench->press(Qt::Key_K); // in case the queue moved on
        while (m_bench->page->current() != first)
            m_bench->press(Qt::Key_K);
        m_bench->press(Qt::Key_M);
        auto* line = qobject_cast<QLineEdit*>(m_bench->page->focusWidget());
        QVERIFY(line);
        QTest::keyClicks(line, QStringLiteral("ask Bob"));
        m_bench->press(Qt::Key_Return);
        QVERIFY(m_bench->status(first) == ItemStatus::Accepted);
        QCOMPARE(m_bench->stored(first)->reason, std::string("ask Bob"));
        QCOMPARE(m_bench->stored(first)->how, std::string("note"));
        const auto* log = m_bench->page->findChild<QLabel*>(QStringLiteral("decisionLog"));
        QVERIFY(log->text().contains(QStringLiteral("ask Bob")));
    }

    void theReasonOfABulkDecisionIsInTheHistoryOfEachItem()
    {
        const std::string first = m_bench->page->current();
        m_bench->press(Qt::Key_R, Qt::ShiftModifier);
        auto* why = m_bench->page->findChild<QLineEdit*>(QStringLiteral("bulkReason"));
        QVERIFY(why->isVisible());
        why->setFocus();
        QTest::keyClicks(why, QStringLiteral("far too dark ")); // letters are text here
        QTest::keyClick(why, Qt::Key_Return);
        QVERIFY(!why->isVisible());
        QCOMPARE(m_bench->page->queue().numWithStatus(ItemStatus::Rejected), tests::kItems);
        QCOMPARE(m_bench->stored(first)->reason, std::string("far too dark"));
        const auto* log = m_bench->page->findChild<QLabel*>(QStringLiteral("decisionLog"));
        for (int i = 0; i < 2; ++i) { // this item's and the next one's
            QVERIFY2(log->text().contains(QStringLiteral("with others at once \u2014 far too dark")),
                qPrintable(log->text()));
            m_bench->press(Qt::Key_J);
        }
        m_bench->press(Qt::Key_Z);
        m_bench->press(Qt::Key_R, Qt::ShiftModifier);
        QCOMPARE(why->text(), QString()); // asked anew
        m_bench->press(Qt::Key_Escape);
    }

    void anOwnTargetMustPassTheParser()
    {
        const std::string first = m_bench->goToChoice();
        m_bench->press(Qt::Key_E);
        auto* edit = m_bench->page->findChild<QPlainTextEdit*>();
        QVERIFY(edit->isVisible());
        auto* why = m_bench->page->findChild<pages::AuditPathsPanel*>()->findChild<QLineEdit*>();
        why->setText(QStringLiteral("clearer"));
        edit->setPlainText(
            QStringLiteral("<type>t</type><caption>c</caption><think>x</think><answer>C</answer>"));
        QTest::keyClick(why, Qt::Key_Return);
        QVERIFY(!m_bench->stored(first).has_value());
        const QString good
            = QStringLiteral("<type>t</type><caption>c</caption><think>x</think><answer>B</answer>");
        edit->setPlainText(good);
        QTest::keyClick(why, Qt::Key_Return);
        QCOMPARE(m_bench->stored(first)->text, good.toStdString());
        QCOMPARE(m_bench->stored(first)->path, -1);
    }

    void everyPathTellsItsMeasuresWithTheirRanks()
    {
        m_bench->goToChoice();
        const auto cards = m_bench->page->findChildren<pages::PathCard*>();
        QStringList ranks;
        for (const pages::PathCard* card : cards)
            ranks << card->findChild<widgets::WrappedText*>(QStringLiteral("measures"))->text();
        const int surest = m_bench->page->queue().find(m_bench->page->current())->summary.numPaths;
        for (int rank = 1; rank <= surest; ++rank) {
            const QString text = QStringLiteral("(%1\u00a0of\u00a0%2)").arg(rank).arg(surest);
            QCOMPARE(ranks.filter(text).size(), 1);
        }
        m_bench->press(Qt::Key_B);
        QVERIFY(!m_bench->page->findChild<pages::PathCard*>()->findChild<widgets::WrappedText*>(
            QStringLiteral("measures")));
        m_bench->press(Qt::Key_B);
    }

    void whatNamesAKeyFollowsTheKeymap()
    {
        const auto text = [this](const char* name) {
            return m_bench->page->findChild<QAbstractButton*>(QLatin1String(name))->text();
        };
        QCOMPARE(text("heatButton"), QStringLiteral("Heat  H"));
        QCOMPARE(text("wrongCaption"), QStringLiteral("Wrong caption  C"));
        const auto* search = m_bench->page->findChild<QLineEdit*>(QStringLiteral("queueSearch"));
        QVERIFY(search->placeholderText().endsWith(QLatin1String("  /")));
        const std::pair<const char*, Qt::Key> changes[] = { { "audit.heat", Qt::Key_Y },
            { "audit.wrongCaption", Qt::Key_I }, { "audit.search", Qt::Key_F3 },
            { "audit.override", Qt::Key_L }, { "audit.quality", Qt::Key_U }, { "audit.path1", Qt::Key_F2 },
            { "audit.filters", Qt::Key_F4 } };
        for (const auto& [id, key] : changes)
            m_bench->actions.setShortcut(m_bench->actions.action(QLatin1String(id)), QKeySequence(key));
        QCOMPARE(text("heatButton"), QStringLiteral("Heat  Y"));
        QCOMPARE(text("wrongCaption"), QStringLiteral("Wrong caption  I"));
        QCOMPARE(text("savedFilters"), QStringLiteral("Saved  F4"));
        QVERIFY(search->placeholderText().endsWith(QLatin1String("  F3")));
        const auto* quality = m_bench->page->findChild<QAbstractButton*>(QStringLiteral("qualityButton"));
        QVERIFY(quality->toolTip().endsWith(QLatin1String("(U)")));
        m_bench->press(Qt::Key_A); // of a tie, which stands first
        QVERIFY(m_bench->showsText(QStringLiteral("override (L) or reject (R)")));
        m_bench->press(Qt::Key_L);
        QVERIFY(m_bench->showsText(QStringLiteral("Pick a path: F2 to 8.")));
        m_bench->press(Qt::Key_Escape);
        m_bench->actions.setShortcut(m_bench->actions.action(QStringLiteral("audit.heat")), {});
        QCOMPARE(text("heatButton"), QStringLiteral("Heat")); // a key that is gone is not named
    }

    // A filter that leaves nothing says so and how to get back; the keys of the page go on.
    void aFilterThatLeavesNothingIsTold()
    {
        auto* search = m_bench->page->findChild<QLineEdit*>(QStringLiteral("queueSearch"));
        auto* clear = m_bench->page->findChild<QAbstractButton*>(QStringLiteral("clearFilter"));
        const auto* nothing = m_bench->page->findChild<QLabel*>(QStringLiteral("queueNothing"));
        QVERIFY(!clear->isVisible() && !nothing->isVisible());
        search->setText(QStringLiteral("nosuchwordanywhere"));
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(m_bench->page->queue().rowCount(), 0);
        QVERIFY(clear->isVisible() && nothing->isVisible());
        QVERIFY2(nothing->text().contains(QStringLiteral("Shift+G")), qPrintable(nothing->text()));
        m_bench->press(Qt::Key_G, Qt::ShiftModifier);
        QCOMPARE(m_bench->page->queue().rowCount(), tests::kItems);
        QVERIFY(search->text().isEmpty());
        QVERIFY(!clear->isVisible() && !nothing->isVisible());
        search->setText(QStringLiteral("nosuchwordanywhere"));
        QTest::keyClick(search, Qt::Key_Return);
        clear->click(); // with the mouse
        QCOMPARE(m_bench->page->queue().rowCount(), tests::kItems);
        const std::string first = m_bench->page->current();
        m_bench->press(Qt::Key_J);
        QVERIFY(m_bench->page->current() != first);
    }

    // What a key does can be looked up without leaving the item, and done from there.
    void theKeysOfThePageAreListedAndDone()
    {
        const std::string first = m_bench->goToChoice();
        m_bench->press(Qt::Key_Question);
        QWidget* sheet = QApplication::activePopupWidget();
        QVERIFY(sheet);
        auto* search = sheet->findChild<QLineEdit*>();
        QTest::keyClicks(search, QStringLiteral("accept"));
        QTest::keyClick(search, Qt::Key_Return);
        QTRY_VERIFY(m_bench->status(first) == ItemStatus::Accepted);
        for (const auto* button :
            m_bench->page->findChild<pages::DecisionBar*>()->findChildren<QPushButton*>())
            QVERIFY2(!button->isVisible() || !button->toolTip().isEmpty(), qPrintable(button->text()));
    }

    void aBlindAuditorDoesNotSeeTheOthersWord()
    {
        const std::string first = m_bench->goToChoice();
        auto bob = services::AuditSession::open(m_bench->run, QStringLiteral("Bob"));
        store::DecisionRow row;
        row.stage = "cmkd";
        row.sampleId = first;
        row.verdict = "reject";
        row.reason = "wrong caption";
        QVERIFY((*bob)->decide(row).ok());
        QTRY_VERIFY(m_bench->showsText(QStringLiteral("wrong caption")));
        m_bench->press(Qt::Key_B);
        QVERIFY(!m_bench->showsText(QStringLiteral("wrong caption")));
        QVERIFY(!m_bench->showsText(QStringLiteral("Why:")));
        m_bench->press(Qt::Key_A);
        m_bench->press(Qt::Key_K);
        m_bench->press(Qt::Key_B);
    }

private:
    std::unique_ptr<tests::AuditBench> m_bench;
};

QTEST_MAIN(TestAuditWords)
#include "tst_audit_words.moc"
