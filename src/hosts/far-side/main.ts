// What is sent to a host that has node and no pktwhy: the far side as one script, run from memory.

import { serveOrders } from "./serve.ts";

void serveOrders();
