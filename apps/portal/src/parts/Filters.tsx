import { Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { Icon } from './Icon.tsx';

/** A search box that tells its value once typing pauses. */
export function SearchBox({
  value,
  hint,
  onChange,
  width = 240,
}: {
  width?: number;
  value: string | undefined;
  hint: string;
  onChange: (value: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(value ?? '');
  useEffect(() => setTyped(value ?? ''), [value]);
  useEffect(() => {
    if (typed === (value ?? '')) return;
    const timer = setTimeout(() => onChange(typed === '' ? undefined : typed), 250);
    return () => clearTimeout(timer);
  });
  return (
    <Input
      style={{ width }}
      allowClear
      prefix={<Icon name="search" size={14} />}
      placeholder={hint}
      aria-label={hint}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

/** A filter with one choice; no choice means any. */
export function Choice<V extends string>(props: {
  value: V | undefined;
  any: string;
  options: readonly { readonly value: V; readonly label: string }[];
  onChange: (value: V | undefined) => void;
  width?: number;
}) {
  return (
    <Select<V>
      style={{ minWidth: props.width ?? 140 }}
      allowClear
      placeholder={props.any}
      aria-label={props.any}
      popupMatchSelectWidth={false}
      options={[...props.options]}
      {...(props.value !== undefined && { value: props.value })}
      onChange={(value: V | undefined) => props.onChange(value)}
    />
  );
}
