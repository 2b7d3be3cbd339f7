// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/audit_session.h"
#include "app/services/engine_launcher.h"
#include "app/services/engine_locator.h"
#include "app/services/journal.h"
#include "app/services/run_registry.h"
#include "app/services/run_session.h"
#include "app/services/settings.h"
