// SPDX-License-Identifier: GPL-3.0-or-later
// What a detached engine writes to its engine.log (what a terminal would show), searched and followed.
#pragma once

#include "app/services/log_tail.h"

#include <QWidget>

class QPlainTextEdit;

namespace msrl::pages {

class LogBar;

class EngineLogPanel : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kMostLines = 20'000; // older ones are let go; the file keeps them

    explicit EngineLogPanel(QWidget* parent = nullptr);

    void setFile(const QString& file); // empty: none

private:
    void add(const QStringList& lines);
    void showAll();
    void showCount();
    void followTail();
    QStringList found(const QStringList& lines) const;

    services::LogTail m_tail;
    QStringList m_lines;
    qsizetype m_numFound = 0; // of them, what the search shows
    LogBar* m_bar = nullptr;
    QPlainTextEdit* m_text = nullptr;
};

} // namespace msrl::pages
