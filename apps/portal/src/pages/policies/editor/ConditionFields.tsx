import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useText } from '../../../i18n/index.ts';
import { Icon } from '../../../parts/Icon.tsx';
import { useOperatorWords } from '../operator-words.ts';
import { useThings } from '../use-things.ts';
import type { Words } from '../vocabulary.ts';
import { isTaken, isTruth, operatorsFor, typeOf, valuesOf, withKey, withOperator } from './condition-choices.ts';
import { environmentPurposes } from './policy-completion.ts';
import type { ConditionForm } from './policy-form.ts';

interface ConditionFieldsProps {
  readonly condition: ConditionForm;
  readonly others: readonly ConditionForm[];
  readonly words: Words;
  readonly onChange: (condition: ConditionForm) => void;
  readonly onRemove: () => void;
}

/** One condition: a key, an operator that fits it, its values. */
export function ConditionFields({ condition, others, words, onChange, onRemove }: ConditionFieldsProps) {
  const { t } = useTranslation();
  const say = useText();
  const operatorWords = useOperatorWords();
  const { operator, key } = condition;
  const type = typeOf(key, words);
  const keysOf = (of: 'resource' | 'request') =>
    words.keys
      .filter((one) => one.of === of)
      .map(({ name, title }) => ({ value: name, title: say(title), label: `${name} · ${say(title)}` }));
  const known = operatorsFor(type);
  return (
    <div className="condition">
      <Select
        value={key}
        aria-label={t('policyEditor.key')}
        popupMatchSelectWidth={false}
        showSearch
        options={[
          { label: t('policyEditor.ofResource'), options: keysOf('resource') },
          { label: t('policyEditor.ofRequest'), options: keysOf('request') },
        ]}
        onChange={(next: string) => onChange(withKey(condition, next, others, words))}
      />
      <Select
        value={operator}
        aria-label={t('policyEditor.operator')}
        popupMatchSelectWidth={false}
        options={(known.includes(operator) ? known : [operator, ...known]).map((name) => ({
          value: name,
          label: operatorWords(name),
          title: name,
          disabled: isTaken(others, name, key),
        }))}
        onChange={(next: string) => onChange(withOperator(condition, next))}
      />
      <Values condition={condition} words={words} onChange={onChange} />
      <Button
        type="text"
        icon={<Icon name="trash" size={14} />}
        aria-label={t('policyEditor.removeCondition', { key })}
        onClick={onRemove}
      />
    </div>
  );
}

const placeholders: Readonly<Record<string, string>> = {
  ip: '10.0.0.0/8',
  date: '2027-01-01T00:00:00+08:00',
  number: '4',
};

function Values({ condition, words, onChange }: Pick<ConditionFieldsProps, 'condition' | 'words' | 'onChange'>) {
  const { t } = useTranslation();
  const things = useThings('', [condition.key]);
  const { operator, key, values } = condition;
  if (isTruth(operator) && values.length === 1 && typeof values[0] === 'boolean')
    return (
      <Select
        value={String(values[0])}
        aria-label={t('policyEditor.values')}
        options={[
          { value: 'true', label: t(operator === 'Null' ? 'policyEditor.isMissing' : 'policyEditor.yes') },
          { value: 'false', label: t(operator === 'Null' ? 'policyEditor.isThere' : 'policyEditor.no') },
        ]}
        onChange={(value: string) => onChange({ ...condition, values: [value === 'true'] })}
      />
    );
  const type = typeOf(key, words);
  const options =
    key === 'project' || key === 'account'
      ? things.map(({ id, name }) => ({ value: id, label: `${name} · ${id}` }))
      : key === 'environment'
        ? environmentPurposes.map((value) => ({ value, label: value }))
        : key === 'createdBy'
          ? [{ value: '${principal.name}', label: '${principal.name}' }]
          : [];
  return (
    <Select<string[]>
      mode="tags"
      style={{ width: '100%' }}
      value={values.map(String)}
      aria-label={t('policyEditor.values')}
      placeholder={placeholders[type ?? ''] ?? t('policyEditor.values')}
      tokenSeparators={[',', '，']}
      options={options}
      onChange={(chosen) =>
        onChange({
          ...condition,
          values: valuesOf(chosen, values, type),
          isList: condition.isList || chosen.length !== 1,
        })
      }
    />
  );
}
