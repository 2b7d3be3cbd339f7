// SPDX-License-Identifier: GPL-3.0-or-later
// Title and colour of the selected frame.
#pragma once

#include "core/curriculum/project.h"

#include <QIcon>
#include <QString>
#include <QWidget>

#include <string>

class QComboBox;
class QLabel;
class QLineEdit;

namespace msrl::pages {

// A frame's colour for people: "Blue". Unknown names are shown as they are.
QString frameColourWord(const std::string& colour);
// The place of a frame's colour in curriculum::frameColours(); 0 for an unknown one.
int frameColourIndex(const std::string& colour);
// A square of that colour in the theme of the window.
QIcon frameColourIcon(const std::string& colour);

class FramePanel : public QWidget
{
    Q_OBJECT

public:
    explicit FramePanel(QWidget* parent = nullptr);

    void showFrame(const curriculum::Frame& frame, int numStages);
    void focusTitle();

Q_SIGNALS:
    void renamed(const QString& title);
    void recoloured(const QString& colour);
    void fitRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    void fillColours();

    std::string m_shown; // id of the frame
    QLineEdit* m_title = nullptr;
    QComboBox* m_colour = nullptr;
    QLabel* m_stages = nullptr;
};

} // namespace msrl::pages
