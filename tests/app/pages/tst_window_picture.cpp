// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/window_picture.h"

#include <QImage>
#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

using namespace msrl;

namespace {

constexpr pages::WindowPictureOptions kQuick { 5, 3, 60'000 };

} // namespace

class TestWindowPicture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QVERIFY(m_folder.isValid());
        m_window.setFixedSize(120, 40);
        m_window.setText(QStringLiteral("begin"));
        m_window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&m_window));
    }

    // Words that go on changing are waited for, as are rows that are still to come.
    void isTakenOfWhatTheWindowShowsInTheEnd()
    {
        bool ready = false;
        int left = 20;
        QTimer changes;
        connect(&changes, &QTimer::timeout, this, [&] {
            m_window.setText(QString::number(--left));
            if (left > 0)
                return;
            changes.stop();
            ready = true;
        });
        pages::WindowPicture picture(
            m_window, [&] { return ready; }, kQuick);
        QSignalSpy taken(&picture, &pages::WindowPicture::taken);
        picture.take(file());
        changes.start(kQuick.lookMs);
        QTRY_COMPARE(taken.count(), 1);
        QVERIFY(taken.front().front().toBool());
        QCOMPARE(left, 0);
        QCOMPARE(written(), shown());
    }

    void waitsForWhoeverIsNotReadyThoughNothingMoves()
    {
        int asked = 0;
        pages::WindowPicture picture(
            m_window, [&] { return ++asked > 30; }, kQuick);
        QSignalSpy taken(&picture, &pages::WindowPicture::taken);
        picture.take(file());
        QTRY_COMPARE(taken.count(), 1);
        QCOMPARE(asked, 30 + kQuick.equalLooks);
    }

    void saysWhenTheWindowNeverCameToRest()
    {
        const pages::WindowPictureOptions impatient { 5, 3, 50 };
        pages::WindowPicture picture(
            m_window, [] { return false; }, impatient);
        QSignalSpy taken(&picture, &pages::WindowPicture::taken);
        picture.take(file());
        QTRY_COMPARE(taken.count(), 1);
        QVERIFY(!taken.front().front().toBool());
        QCOMPARE(written(), shown());
    }

    void aFileThatCannotBeWrittenIsNamed()
    {
        pages::WindowPicture picture(
            m_window, [] { return true; }, kQuick);
        QSignalSpy failed(&picture, &pages::WindowPicture::failed);
        const QString nowhere = m_folder.filePath(QStringLiteral("missing/picture.png"));
        picture.take(nowhere);
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed.front().front().toString().contains(nowhere));
    }

private:
    QString file() const { return m_folder.filePath(QStringLiteral("picture.png")); }
    QImage written() const { return QImage(file()).convertToFormat(QImage::Format_RGB32); }
    QImage shown() { return m_window.grab().toImage().convertToFormat(QImage::Format_RGB32); }

    QTemporaryDir m_folder;
    QLabel m_window;
};

QTEST_MAIN(TestWindowPicture)
#include "tst_window_picture.moc"
