import '../policies.css';
import type { Problem } from '@pileus/model';
import { actionsNamed } from '@pileus/policy';
import { Button, Input, Segmented, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useText } from '../../../i18n/index.ts';
import { Icon } from '../../../parts/Icon.tsx';
import { useThings } from '../use-things.ts';
import { vocabularyOf, type Words } from '../vocabulary.ts';
import { nextCondition } from './condition-choices.ts';
import { ConditionFields } from './ConditionFields.tsx';
import type { Names, StatementForm } from './policy-form.ts';

interface StatementFieldsProps {
  readonly statement: StatementForm;
  readonly words: Words;
  /** What is wrong with it; `at` begins at the statement. */
  readonly problems: readonly Problem[];
  readonly onChange: (statement: StatementForm) => void;
}

/** One statement as a form. */
export function StatementFields({ statement, words, problems, onChange }: StatementFieldsProps) {
  const { t } = useTranslation();
  const { sid, effect, actions, resources, conditions } = statement;
  const change = (changed: Partial<StatementForm>) => onChange({ ...statement, ...changed });
  const more = nextCondition(statement, words);
  const of = (members: RegExp) => problems.filter(({ at }) => members.test(at));
  return (
    <div className="statement-fields">
      <Labelled name={t('policyEditor.effect')} />
      <div className="row wrap">
        <Segmented<StatementForm['effect']>
          value={effect}
          aria-label={t('policyEditor.effect')}
          options={[
            { value: 'Allow', label: t('policies.allow') },
            { value: 'Deny', label: t('policies.deny') },
          ]}
          onChange={(value) => change({ effect: value })}
        />
        <Input
          style={{ width: 280 }}
          value={sid ?? ''}
          aria-label={t('policyEditor.sid')}
          placeholder={`${t('policyEditor.sid')}: ${t('policyEditor.sidHint')}`}
          onChange={({ target }) => change({ sid: target.value === '' ? undefined : target.value })}
        />
        <Problems of={of(/^$|^\/(Sid|Effect)/)} />
      </div>
      <Labelled name={t('policyEditor.actionsHow')}>
        <Negation
          names={actions}
          label={t('policyEditor.actionsHow')}
          plain={t('policyEditor.theseActions')}
          negated={t('policyEditor.allButActions')}
          onChange={(names) => change({ actions: names })}
        />
      </Labelled>
      <div>
        <ActionPicker names={actions} words={words} onChange={(names) => change({ actions: names })} />
        <Problems of={of(/^\/(Not)?Action/)} />
      </div>
      <Labelled name={t('policyEditor.resourcesHow')}>
        <Negation
          names={resources}
          label={t('policyEditor.resourcesHow')}
          plain={t('policyEditor.theseResources')}
          negated={t('policyEditor.allButResources')}
          onChange={(names) => change({ resources: names })}
        />
      </Labelled>
      <div>
        <ResourcePicker
          names={resources}
          kinds={kindsOf(actions, words)}
          words={words}
          onChange={(names) => change({ resources: names })}
        />
        <Problems of={of(/^\/(Not)?Resource/)} />
      </div>
      <Labelled name={t('policyEditor.conditionsHow')} />
      <div className="conditions">
        {conditions.map((condition, index) => (
          <div key={index}>
            <ConditionFields
              condition={condition}
              others={conditions.filter((one) => one !== condition)}
              words={words}
              onChange={(next) => change({ conditions: conditions.with(index, next) })}
              onRemove={() => change({ conditions: conditions.toSpliced(index, 1) })}
            />
            <Problems
              of={problems.filter(({ at }) =>
                `${at}/`.startsWith(`/Condition/${condition.operator}/${condition.key.replaceAll('/', '~1')}/`),
              )}
            />
          </div>
        ))}
        <Button
          size="small"
          style={{ marginTop: conditions.length > 0 ? 8 : 0 }}
          icon={<Icon name="plus" size={14} />}
          disabled={more === undefined}
          onClick={() => more && change({ conditions: [...conditions, more] })}
        >
          {t('policyEditor.addCondition')}
        </Button>
      </div>
    </div>
  );
}

function Labelled({ name, children }: { name: string; children?: ReactNode }) {
  return (
    <div className="label">
      <span>{name}</span>
      {children}
    </div>
  );
}

/** What is wrong with a field, under it. */
function Problems({ of }: { of: readonly Problem[] }) {
  return of.map(({ at, message }) => (
    <div key={at + message} className="field-problem" role="alert">
      {message}
    </div>
  ));
}

function Negation(props: {
  names: Names;
  label: string;
  plain: string;
  negated: string;
  onChange: (names: Names) => void;
}) {
  const { names, label, plain, negated, onChange } = props;
  return (
    <Select
      size="small"
      value={names.isNegated}
      aria-label={label}
      popupMatchSelectWidth={false}
      options={[
        { value: false, label: plain },
        { value: true, label: negated },
      ]}
      onChange={(isNegated: boolean) => onChange({ ...names, isNegated })}
    />
  );
}

interface PickerProps {
  readonly names: Names;
  readonly words: Words;
  readonly onChange: (names: Names) => void;
}

interface Option {
  readonly value: string;
  readonly label: ReactNode;
  /** What a search looks through. */
  readonly text: string;
}

function option(value: string, title: string): Option {
  return {
    value,
    text: `${value} ${title}`.toLowerCase(),
    label: (
      <span className="row">
        <code>{value}</code>
        <span className="quiet">{title}</span>
      </span>
    ),
  };
}

/** Actions by the kind they are done to, found by name and title; patterns first, and whatever is typed. */
function ActionPicker({ names, words, onChange }: PickerProps) {
  const { t } = useTranslation();
  const say = useText();
  const groups = words.kinds.map(({ name: kind, title }) => ({
    label: say(title),
    options: [
      option(`${kind}.*`, t('policyEditor.everyOfKind', { kind: say(title) })),
      ...words.actions.filter((action) => action.kind === kind).map(({ name, title: its }) => option(name, say(its))),
    ].filter(({ value }, index) => index > 0 || words.actions.some(({ name }) => name.startsWith(value.slice(0, -1)))),
  }));
  const patterns = [option('*', t('policyEditor.everyAction')), option('*.read', t('policyEditor.everyRead'))];
  return (
    <Picker
      names={names}
      label={t('policyEditor.actionsHow')}
      hint={t('policyEditor.actionsHint')}
      groups={[{ label: t('policyEditor.patterns'), options: patterns }, ...groups]}
      onChange={onChange}
    />
  );
}

/** Everything, everything of a kind, what there is of it by name, and whatever is typed. */
function ResourcePicker({ names, words, kinds, onChange }: PickerProps & { readonly kinds: ReadonlySet<string> }) {
  const { t } = useTranslation();
  const say = useText();
  const [searched, setSearched] = useState('');
  const things = useThings(searched.replace(/^[^/]*\//, ''), kinds);
  const fitting = words.kinds.filter(({ name }) => kinds.has(name));
  const patterns = [
    option('*', t('policyEditor.everyResource')),
    ...fitting.map(({ name, title }) => option(`${name}/*`, t('policyEditor.resourcesOfKind', { kind: say(title) }))),
  ];
  const there = things.filter(({ kind }) => kinds.has(kind)).map(({ kind, id, name }) => option(`${kind}/${id}`, name));
  return (
    <Picker
      names={names}
      label={t('policyEditor.resourcesHow')}
      hint={t('policyEditor.resourcesHint')}
      groups={[
        { label: t('policyEditor.patterns'), options: patterns },
        { label: t('policyEditor.things'), options: there },
      ]}
      onSearch={setSearched}
      onChange={onChange}
    />
  );
}

function Picker(props: {
  names: Names;
  label: string;
  hint: string;
  groups: readonly { readonly label: string; readonly options: readonly Option[] }[];
  onSearch?: (text: string) => void;
  onChange: (names: Names) => void;
}) {
  const { names, label, hint, groups, onSearch, onChange } = props;
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const text = typed.trim();
  const isKnown = groups.some(({ options }) => options.some(({ value }) => value === text));
  // What is typed can be chosen too, after what was found by it.
  const asTyped = text === '' || isKnown ? [] : [{ label: t('policyEditor.asTyped'), options: [option(text, '')] }];
  return (
    <Select<string[], Option>
      mode="multiple"
      style={{ width: '100%' }}
      value={[...names.names]}
      aria-label={label}
      placeholder={hint}
      optionLabelProp="value"
      showSearch={{
        filterOption: (searched, one) => one?.text?.includes(searched.trim().toLowerCase()) ?? false,
        onSearch: (searched) => {
          setTyped(searched);
          onSearch?.(searched);
        },
      }}
      options={[...groups, ...asTyped]
        .filter(({ options }) => options.length > 0)
        .map((group) => ({ ...group, value: group.label, text: '', options: [...group.options] }))}
      onChange={(chosen) => onChange({ ...names, names: chosen, isList: names.isList || chosen.length !== 1 })}
    />
  );
}

/** The kinds that the chosen actions are done to; all of them where that is not told. */
function kindsOf({ names, isNegated }: Names, words: Words): ReadonlySet<string> {
  const everything = new Set(words.kinds.map(({ name }) => name));
  if (isNegated) return everything;
  const vocabulary = vocabularyOf(words);
  const chosen = new Set(names.flatMap((name) => actionsNamed(name, vocabulary)));
  if (chosen.size === 0) return everything;
  return new Set(words.actions.filter(({ name }) => chosen.has(name)).map(({ kind }) => kind));
}
