// What the types allow, and what they find, for Node.

import { pathToFileURL } from "node:url";
import { draw, init, pixels, type Picture } from "@image-cache/render";
import { draw as same } from "@image-cache/render/node";

const picture: Picture = await draw("BTCUSDT-1h.csv", { style: "yahoo" }, { end: 0, skipBadRows: true });
await picture.save(pathToFileURL("chart.png"));
const other: Picture = await same([{ time: 0n, open: 1, high: 2, low: 1, close: 2 }]);
await other.save("chart.png");
const buffer = Buffer.from((await pixels({ time: [0], open: [1], high: [1], low: [1], close: [1] })).data);
const { sha256 } = await init();
const text: string = sha256([[0, 1, 2, 1, 2]]);

// @ts-expect-error: a number is no file
await draw(7);
// @ts-expect-error: nothing has to be waited for
await sha256([]).then(() => {});

export { buffer, text };
