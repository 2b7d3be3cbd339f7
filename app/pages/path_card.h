// SPDX-License-Identifier: GPL-3.0-or-later
// One reasoning path of the teacher: answer, format check, confidence, text, and below it what the measures
// say; the machine's choice is outlined and says why.
#pragma once

#include "app/pages/path_head.h"
#include "core/store/rows.h"

#include <QFrame>

namespace msrl::widgets {
class WrappedText;
}

namespace msrl::pages {

class PathCard : public QFrame
{
    Q_OBJECT

public:
    PathCard(const store::CandidatePath& path, PathLook look, QWidget* parent = nullptr);

    void setSelected(bool selected);
    bool isSelected() const { return m_selected; }
    // The height follows from the width: these say nothing of it, as each width costs a layout of the text.
    QSize sizeHint() const override { return { 320, 64 }; }
    QSize minimumSizeHint() const override { return { 160, 64 }; }

Q_SIGNALS:
    void clicked(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void showText();

    store::CandidatePath m_path;
    PathLook m_look;
    bool m_selected = false;
    widgets::WrappedText* m_text = nullptr;
};

} // namespace msrl::pages
