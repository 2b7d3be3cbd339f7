// SPDX-License-Identifier: GPL-3.0-or-later
// The first batch of a stage: its samples with their lengths beside the limits, tokens by role, and what
// would be refused.
#pragma once

#include "app/services/batch_preview.h"

#include <QWidget>

#include <functional>

class QLabel;
class QPushButton;
class QTextEdit;
class QToolButton;
class QTreeWidget;

namespace msrl::pages {

class BatchPanel : public QWidget
{
    Q_OBJECT

public:
    explicit BatchPanel(QWidget* parent = nullptr);

    // Another stage: what was shown belongs to the one before.
    void setStage(const QString& node);
    // Called when somebody asks: it puts the question to the preview, or says why it cannot.
    void setQuestion(std::function<void(services::BatchPreview&, const QString& node)> question);
    void showProblem(const QString& sentence);

protected:
    void changeEvent(QEvent* event) override;

private:
    void layOut();
    void ask();
    void showFacts(const services::BatchPreviewFacts& facts);
    void showPrompt();
    void setShown(bool facts);

    services::BatchPreview m_preview;
    std::function<void(services::BatchPreview&, const QString&)> m_question;
    QString m_node;
    std::vector<services::PreviewRow> m_rows;
    QToolButton* m_toggle = nullptr;
    QWidget* m_content = nullptr;
    QLabel* m_summary = nullptr;
    QTreeWidget* m_table = nullptr;
    QLabel* m_legend = nullptr;
    QTextEdit* m_prompt = nullptr;
    QPushButton* m_again = nullptr;
};

} // namespace msrl::pages
