// SPDX-License-Identifier: GPL-3.0-or-later
// What an override or a note is asked in: which path or which text, and why. What is still missing is said in
// the form, not refused afterwards.
#pragma once

#include <QFrame>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace msrl::pages {

class OverrideForm : public QFrame
{
    Q_OBJECT

public:
    enum class Use { Path, OwnText, Note };

    static constexpr int kPathKeys = 9; // paths that a digit picks

    explicit OverrideForm(QWidget* parent = nullptr);

    // numPaths: how many there are to choose from; text: where an own target begins.
    void open(Use use, int numPaths, const QString& text = {});
    void close(); // closed() follows if it was open
    bool isOpen() const;
    Use use() const { return m_use; }
    // The path that is picked, -1: none yet; problem: why the student cannot learn it, empty: it can.
    void setPath(int path, const QString& problem = {});
    void focusReason();
    // Says again what is missing, with the keys as they are now.
    void prompt();

Q_SIGNALS:
    // path -1: `text` is the target.
    void overrideEntered(int path, const QString& text, const QString& reason);
    void noteEntered(const QString& text);
    void closed();

private:
    QString choiceText() const;
    void submit();

    Use m_use = Use::Path;
    int m_path = -1;
    QString m_problem; // of that path
    int m_numPaths = 0;
    QLabel* m_text = nullptr;
    QPlainTextEdit* m_ownText = nullptr;
    QLineEdit* m_why = nullptr;
    QPushButton* m_submit = nullptr;
};

} // namespace msrl::pages
