import { Badge, Button, Checkbox, Group as Row, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { Chosen, ConflictCard } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { Empty } from "../../ui/empty";
import { notifyDone } from "../../ui/toast";
import { groupsOf, keepAll, type Side } from "./choices";
import { ConflictCardView } from "./conflict-card";
import { fieldName, useFieldText } from "../../lib/field-text";
import classes from "./inbox.module.css";
import { useConflicts } from "./use-conflicts";

/** The open conflicts, a card per record; the same choice for several of them. */
export function ConflictList(props: { readonly mayChoose: boolean }) {
  const backend = useBackend();
  const fieldText = useFieldText();
  const { cards, refresh } = useConflicts("open");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const groups = useMemo(() => groupsOf(cards ?? []), [cards]);
  const chosen = groups.filter((group) => selected.has(group.key));
  const { run, busy, error } = useMutation(async (choices: readonly Chosen[], said: string) => {
    try {
      await backend.resolve(choices);
      notifyDone(said);
      setSelected(new Set());
    } finally {
      await refresh();
    }
  });
  if (cards === null) return null;
  if (groups.length === 0) return <Empty title={t.inbox.noConflicts} hint={t.inbox.noConflictsHint} />;
  const select = (key: string, on: boolean) => {
    const next = new Set(selected);
    if (on) next.add(key);
    else next.delete(key);
    setSelected(next);
  };
  const forAll = (side: Side) => {
    const choices = keepAll(chosen, side);
    void run(choices, t.inbox.resolved(choices.length));
  };
  const all = chosen.length === groups.length;
  return (
    <div className={classes.cards} tabIndex={-1}>
      <Row className={classes.bar} justify="space-between" gap="xs">
        {props.mayChoose && groups.length > 1 ? (
          <Checkbox
            size="lg"
            label={chosen.length === 0 ? t.inbox.selectAll : t.inbox.selected(chosen.length)}
            checked={all}
            indeterminate={!all && chosen.length > 0}
            onChange={() => setSelected(all ? new Set() : new Set(groups.map((group) => group.key)))}
          />
        ) : (
          <Text c="dimmed">{t.inbox.intro}</Text>
        )}
        {chosen.length > 0 && (
          <Row gap="xs">
            <Button variant="default" disabled={busy} onClick={() => forAll("theirs")}>{t.inbox.keepTheirsAll}</Button>
            <Button variant="default" disabled={busy || !chosen.every((group) => group.canKeepMine)} onClick={() => forAll("mine")}>
              {t.inbox.keepMineAll}
            </Button>
          </Row>
        )}
      </Row>
      {error !== null && <Text c="var(--ts-bad)" role="alert">{error.message}</Text>}
      {groups.map((group) => (
        <ConflictCardView
          // What was picked belongs to what was seen.
          key={`${group.key} ${group.cards.map((card) => `${card.id} ${card.seen}`).join()}`}
          group={group}
          fieldText={fieldText}
          busy={busy}
          mayChoose={props.mayChoose}
          selected={selected.has(group.key)}
          onSelect={(on) => select(group.key, on)}
          onChoose={(choices, said) => void run(choices, said)}
        />
      ))}
    </div>
  );
}

/** What was chosen before, with both values. */
export function ResolvedList() {
  const fieldText = useFieldText();
  const format = useFormat();
  const { cards } = useConflicts("resolved");
  if (cards === null) return null;
  if (cards.length === 0) return <Empty title={t.inbox.noResolved} hint={t.inbox.noResolvedHint} />;
  return (
    <div className={classes.cards} tabIndex={-1}>
      <ul className={classes.rows} data-testid="resolved">
        {cards.map((card) => (
          <li key={card.id} className={classes.row}>
            <div className={classes.what}>
              <strong>{card.label ?? t.inbox.unnamed}</strong> · {fieldName(card.conflict.field)}:{" "}
              {fieldText(card.conflict.field, card.conflict.resolved)}
              <span className={classes.detail}>{details(card, format.dateTime)}</span>
            </div>
            {card.pending && <Badge size="lg" radius="sm" variant="light" color="blue" tt="none">{t.common.notSent}</Badge>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function details({ conflict, resolverName }: ConflictCard, when: (at: number) => string): string {
  const kept = conflict.resolution === null ? null : t.inbox.kept[conflict.resolution];
  const who = conflict.rule === null ? (resolverName ?? t.inbox.someone) : t.inbox.byRule[conflict.rule];
  const by = conflict.resolved_at === null ? null : t.inbox.by(who, when(conflict.resolved_at));
  return [kept, by].filter(Boolean).join(" · ");
}
