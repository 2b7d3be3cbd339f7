// SPDX-License-Identifier: GPL-3.0-or-later
// One reasoning path of the teacher: answer, format check, confidence, text; the machine's choice is outlined
// and says why.
#pragma once

#include "core/store/rows.h"

#include <QFrame>

class QLabel;

namespace msrl::pages {

struct PathLook
{
    int index = 0;
    std::string measure; // the confidence shown as a bar
    QString measures; // all of them with their ranks, in one line; may be empty
    bool chosen = false; // by the machine
    bool overridden = false; // an auditor put this one in its place
    bool heat = false; // tokens coloured by log-probability
    QString why; // under the chosen one
};

class PathCard : public QFrame
{
    Q_OBJECT

public:
    PathCard(const store::CandidatePath& path, PathLook look, QWidget* parent = nullptr);

    void setSelected(bool selected);
    bool isSelected() const { return m_selected; }

Q_SIGNALS:
    void clicked(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeHead();
    void showText();

    store::CandidatePath m_path;
    PathLook m_look;
    bool m_selected = false;
    QLabel* m_text = nullptr;
};

// The text as HTML with each token on a ground that is the redder the less probable it was.
QString heatHtml(const store::CandidatePath& path, const QPalette& palette);

} // namespace msrl::pages
