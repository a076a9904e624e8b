import { Button, Checkbox, Group as Row, Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { Chosen } from "../../sync/backend";
import { type Group, isSame, keepAll, keepPicked, type Line, type Side, standingOf } from "./choices";
import { fieldName, type FieldText } from "../../lib/field-text";
import classes from "./inbox.module.css";

interface ConflictCardProps {
  readonly group: Group;
  readonly fieldText: FieldText;
  readonly busy: boolean;
  /** False: to be looked at only. */
  readonly mayChoose: boolean;
  readonly selected: boolean;
  readonly onSelect: (selected: boolean) => void;
  readonly onChoose: (chosen: readonly Chosen[], said: string) => void;
}

export function labelOf(group: Group): string {
  return group.cards[0].label ?? t.inbox.unnamed;
}

/** Was, theirs and mine of one record; a press keeps a side, or a value in every row does. */
export function ConflictCardView(props: ConflictCardProps) {
  const { group, fieldText, busy, mayChoose } = props;
  const format = useFormat();
  const [picked, setPicked] = useState<ReadonlyMap<string, Side>>(new Map());
  const [card] = group.cards;
  const { conflict } = card;
  const label = labelOf(group);
  const kind = t.inbox.kinds[conflict.collection] ?? conflict.collection;
  const standing = standingOf(group);
  const theirsAt = standing?.conflict.theirs_at ?? card.theirsAt;
  const chosen = keepPicked(group, picked);
  const keep = (side: Side) => props.onChoose(keepAll([group], side), `${t.inbox.kept[side]}: ${label}`);
  const pick = (line: Line, side: Side) => setPicked(new Map([...picked, [line.key, side]]));
  return (
    <article className={classes.card} aria-label={`${kind} ${label}`} data-testid="conflict">
      <header className={classes.head}>
        {mayChoose && (
          <Checkbox
            size="lg"
            aria-label={t.inbox.select(label)}
            checked={props.selected}
            onChange={(event) => props.onSelect(event.currentTarget.checked)}
          />
        )}
        <h2 className={classes.title}><span className={classes.kind}>{kind}</span> {label}</h2>
      </header>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t.inbox.field}</th>
            <th scope="col">{t.inbox.was}</th>
            <th scope="col">
              {t.inbox.theirs}
              <span className={classes.who}>
                {standing === null ? t.inbox.theirsHint : t.inbox.side(standing.theirsName ?? t.inbox.someone, standing.conflict.theirs_device_name ?? t.inbox.someTill)}
              </span>
              {theirsAt !== null && <span className={classes.who}>{t.inbox.changed(format.dateTime(theirsAt))}</span>}
            </th>
            <th scope="col">
              {t.inbox.mine}
              <span className={classes.who}>{t.inbox.side(card.actorName ?? t.inbox.someone, conflict.device_name ?? t.inbox.someTill)}</span>
              <span className={classes.who}>{t.inbox.changed(format.dateTime(conflict.claimed_at))}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {group.lines.map((line) => (
            <tr key={line.key}>
              <th scope="row">{fieldName(line.field)}</th>
              <td data-column={t.inbox.was}>{line.field === null ? "" : fieldText(line.field, line.was)}</td>
              {(["theirs", "mine"] as const).map((side) => {
                const on = picked.get(line.key) === side;
                return (
                  <td key={side} data-column={t.inbox[side]}>
                    <button
                      type="button"
                      aria-pressed={on}
                      aria-label={t.inbox.value(fieldName(line.field), t.inbox[side], fieldText(line.field, line[side]))}
                      className={classes.value}
                      data-differs={!isSame(line[side], line.was)}
                      disabled={!mayChoose || busy || (side === "mine" && !group.canKeepMine)}
                      onClick={() => pick(line, side)}
                    >
                      <span>{fieldText(line.field, line[side])}</span>
                      {on && <IconCheck size={20} aria-hidden />}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {!group.canKeepMine && <Text>{t.inbox.cannotKeep}</Text>}
      {mayChoose && (
        <Row justify="flex-end" gap="xs">
          <Text c="dimmed" className={classes.hint}>{t.inbox.chooseEach}</Text>
          <Button variant="default" disabled={busy} onClick={() => keep("theirs")}>{t.inbox.keepTheirs}</Button>
          <Button variant="default" disabled={busy || !group.canKeepMine} onClick={() => keep("mine")}>{t.inbox.keepMine}</Button>
          <Button
            disabled={busy || chosen === null}
            onClick={() => {
              if (chosen !== null) props.onChoose(chosen, `${t.inbox.kept.merged}: ${label}`);
            }}
          >
            {t.inbox.saveChoice}
          </Button>
        </Row>
      )}
    </article>
  );
}
