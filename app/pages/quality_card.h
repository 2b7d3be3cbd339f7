// SPDX-License-Identifier: GPL-3.0-or-later
// A card of the Quality view: a heading that explains itself, and room below it.
#pragma once

#include <QFrame>

class QVBoxLayout;

namespace msrl::pages {

class QualityCard : public QFrame
{
    Q_OBJECT

public:
    QualityCard(const QString& title, const QString& help, QWidget* parent = nullptr);

    QVBoxLayout& body() { return *m_body; }

private:
    QVBoxLayout* m_body = nullptr;
};

} // namespace msrl::pages
