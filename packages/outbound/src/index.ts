export * from './outbound.ts';
export { readAllowance, type Allowance } from './allowance.ts';
