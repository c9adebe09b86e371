import { cellText } from "./cell-text.js";
import { countLine, type TableContent } from "./table-content.js";

/** A longer text would push the other columns off the line. */
const widestCell = 80;

/** A table as aligned text, for terminals and exports. */
export function tableText({ caption, columns, rows, total, pageSize, notes, source }: TableContent): string {
  const heads = columns.map(({ title, unit }) => (unit === "" ? title : `${title} (${unit})`));
  const cells = rows
    .slice(0, pageSize)
    .map((row) => columns.map((column) => shortened(cellText(row[column.name] ?? null, column))));
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (values: readonly string[]) =>
    columns
      .map(({ kind }, index) => {
        const value = values[index] ?? "";
        const width = widths[index] ?? 0;
        return kind === "number" ? value.padStart(width) : value.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [
    ...(caption === "" ? [] : [caption, ""]),
    line(heads),
    ...cells.map(line),
    "",
    countLine(total, cells.length),
    ...notes,
    ...(source === "" ? [] : [source]),
  ].join("\n");
}

function shortened(text: string): string {
  const oneLine = text.replace(/\s*\n\s*/g, " ");
  return oneLine.length > widestCell ? `${oneLine.slice(0, widestCell - 1)}…` : oneLine;
}
