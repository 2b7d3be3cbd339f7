// SPDX-License-Identifier: GPL-3.0-or-later
// Words of a command line as a POSIX shell reads them.
#pragma once

#include <QString>

namespace msrl::services {

// Quoted where it must be.
QString shellWord(const QString& word);
// The same for a path; a leading "~/" stays the home folder of whoever runs the shell.
QString shellPath(const QString& path);

} // namespace msrl::services
