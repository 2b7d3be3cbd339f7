// SPDX-License-Identifier: GPL-3.0-or-later
// One function per stage type; node_types.cpp lists them.
#pragma once

#include "core/curriculum/node_types.h"

namespace msrl::curriculum {

NodeTypeSpec modelNode();
NodeTypeSpec datasetNode();
NodeTypeSpec captionerNode();
NodeTypeSpec sftNode();
NodeTypeSpec rlNode();
NodeTypeSpec cmkdNode();
NodeTypeSpec gateNode();
NodeTypeSpec evaluateNode();
NodeTypeSpec exportNode();

// One more type than the table lists. Invalidates what nodeTypes() and findNodeType() gave: to be called
// before any project is read. REQUIRES: a new key.
void addNodeType(NodeTypeSpec spec);

} // namespace msrl::curriculum
