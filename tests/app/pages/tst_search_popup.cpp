// SPDX-License-Identifier: GPL-3.0-or-later
// The list behind one search line, by keys.
#include "app/pages/search_popup.h"

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QTest>

#include <memory>

using namespace msrl;
using pages::SearchItem;
using pages::SearchPopup;

class TestSearchPopup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_done.clear();
        m_window.resize(900, 700);
        m_window.show();
        std::vector<SearchItem> items;
        for (const char* name : { "Open project", "Save project", "Run project", "Run to this stage" })
            items.push_back(
                { QLatin1String(name), {}, true, [this, name] { m_done = QLatin1String(name); } });
        items[0].enabled = false;
        for (int i = 0; i < 30; ++i)
            items.push_back({ QStringLiteral("More %1").arg(i), {}, true, [] {} });
        m_popup = std::make_unique<SearchPopup>(QStringLiteral("What?"), std::move(items), &m_window);
        m_popup->open();
        QVERIFY(QTest::qWaitForWindowExposed(m_popup.get()));
        m_search = m_popup->findChild<QLineEdit*>();
        m_list = m_popup->findChild<QListView*>();
    }
    void cleanup() { m_popup.reset(); }

    void wordsInAnyOrderNarrowAndReturnDoesIt()
    {
        QTest::keyClicks(m_search, QStringLiteral("project run"));
        QCOMPARE(m_list->model()->rowCount(), 1);
        QTest::keyClick(m_search, Qt::Key_Return);
        QTRY_COMPARE(m_done, QStringLiteral("Run project"));
        QVERIFY(!m_popup->isVisible());
    }

    // What cannot be done now is seen, and neither taken nor in the way.
    void aLineThatCannotBeTakenIsPassedOver()
    {
        QCOMPARE(shown(), QStringLiteral("Save project")); // not the first line
        QTest::keyClick(m_search, Qt::Key_Up);
        QCOMPARE(shown(), QStringLiteral("Save project"));
        QTest::keyClick(m_search, Qt::Key_Down);
        QCOMPARE(shown(), QStringLiteral("Run project"));
        QTest::keyClicks(m_search, QStringLiteral("open"));
        QTest::keyClick(m_search, Qt::Key_Return);
        QVERIFY(m_popup->isVisible());
        QVERIFY(m_done.isEmpty());
    }

    void wordsThatNothingHasAreToldAndReturnDoesNothing()
    {
        const auto* nothing = m_popup->findChild<QLabel*>(QStringLiteral("searchNothing"));
        QVERIFY(!nothing->isVisible());
        QTest::keyClicks(m_search, QStringLiteral("fly"));
        QVERIFY(nothing->isVisible() && !m_list->isVisible());
        QVERIFY2(nothing->text().contains(QStringLiteral("fly")), qPrintable(nothing->text()));
        QTest::keyClick(m_search, Qt::Key_Return);
        QVERIFY(m_popup->isVisible());
        m_search->clear();
        QVERIFY(!nothing->isVisible() && m_list->isVisible());
    }

    void thePopupIsAsHighAsWhatItHolds()
    {
        const int many = m_popup->height();
        QTest::keyClicks(m_search, QStringLiteral("run"));
        QCOMPARE(m_list->model()->rowCount(), 2);
        QVERIFY(m_popup->height() < many);
        const QRect last = m_list->visualRect(m_list->model()->index(1, 0));
        QVERIFY(m_list->viewport()->rect().contains(last));
        m_search->clear();
        QCOMPARE(m_popup->height(), many);
    }

    void aPageIsStepped()
    {
        const int first = m_list->currentIndex().row();
        QTest::keyClick(m_search, Qt::Key_PageDown);
        QVERIFY(m_list->currentIndex().row() > first + 5);
        for (int i = 0; i < 5; ++i)
            QTest::keyClick(m_search, Qt::Key_PageDown);
        QCOMPARE(m_list->currentIndex().row(), m_list->model()->rowCount() - 1);
        for (int i = 0; i < 5; ++i)
            QTest::keyClick(m_search, Qt::Key_PageUp);
        QCOMPARE(m_list->currentIndex().row(), first);
    }

private:
    QString shown() const { return m_list->currentIndex().data().toString(); }

    QWidget m_window;
    std::unique_ptr<SearchPopup> m_popup;
    QLineEdit* m_search = nullptr;
    QListView* m_list = nullptr;
    QString m_done;
};

QTEST_MAIN(TestSearchPopup)
#include "tst_search_popup.moc"
