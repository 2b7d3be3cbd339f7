// SPDX-License-Identifier: GPL-3.0-or-later
// The studio in the person's language, where there is a translation: msrl-studio_LANGUAGE.qm, which
// resources/translations/update makes. English is what the sources say.
#pragma once

#include <QLocale>
#include <QStringList>

class QCoreApplication;

namespace msrl::services {

// Where translations are looked for, the first one that has the language wins: the person's own folder, those
// of the system, and the one beside the programs.
QStringList translationFolders();

// Installs the first translation among the languages that `locale` asks for, and Qt's own of the same
// language. Returns its language as in the file's name ("de", "pt_BR"); empty: none, the texts stay English.
// Before the first window; the translators are owned by the application.
QString installTranslation(QCoreApplication& application, const QLocale& locale, const QStringList& folders);

} // namespace msrl::services
