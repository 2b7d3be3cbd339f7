// SPDX-License-Identifier: GPL-3.0-or-later
// One field of a generated form, as values.
#pragma once

#include <QString>
#include <QStringList>
#include <QVariant>

#include <optional>

namespace msrl::widgets {

enum class FormKind { Integer, Real, Boolean, Choice, Text, Path };

struct FormField
{
    QString name; // stable key
    QString label;
    QString section;
    FormKind kind = FormKind::Text;
    QVariant value; // qlonglong, double, bool or QString
    QVariant defaultValue;
    std::optional<double> minimum;
    std::optional<double> maximum;
    QStringList choices;
    QStringList choiceLabels; // what is read in their place; empty: the choices themselves
    QString unit;
    QString help;
    bool applies = true; // hidden otherwise
    bool live = false; // may change while the stage runs
    bool isFolder = false; // paths: choose a folder, not a file
    QString placeholder;
    QString fault; // what is wrong with the value

    bool operator==(const FormField&) const = default;
    bool isChanged() const { return value != defaultValue; }
};

// As written in a form: reals in their shortest exact form ("0.0004" as "4e-4"), integers without grouping.
QString valueText(const QVariant& value);

} // namespace msrl::widgets
