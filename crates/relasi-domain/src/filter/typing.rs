//! Fits an untyped tree to the fields of an object.

use super::{
    Filter, Operand, Operator, Path, Test, literal, operators,
    path::Lost,
    syntax::{self, Raw, Syntax},
};
use crate::{fault::Fault, shape::Shape};

pub(super) fn filter(text: &str, syntax: &Syntax<'_>, shape: Shape<'_>) -> Result<Filter, Fault> {
    let each = |all: &[Syntax<'_>]| {
        all.iter()
            .map(|s| filter(text, s, shape))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match syntax {
        Syntax::All(all) => Filter::All(each(all)?),
        Syntax::Any(all) => Filter::Any(each(all)?),
        Syntax::Not(one) => Filter::Not(Box::new(filter(text, one, shape)?)),
        Syntax::Test(raw) => Filter::Test(test(text, raw, shape)?),
    })
}

fn test(text: &str, raw: &Raw<'_>, shape: Shape<'_>) -> Result<Test, Fault> {
    let fault =
        |at: usize, code: &'static str| syntax::at(text, at, code).with("field", raw.path.it);
    let path = Path::find(raw.path.it, shape).map_err(|lost| match lost {
        Lost::UnknownField => fault(raw.path.at, "unknown_field"),
        Lost::TooManyHops => fault(raw.path.at, "too_many_hops").with("max", super::MAX_HOPS),
    })?;
    let operator = raw.operator.it;
    let allowed = operators(&path.field.kind);
    if !allowed.contains(&operator) {
        let names: Vec<_> = allowed.iter().map(|operator| operator.symbol()).collect();
        return Err(fault(raw.operator.at, "operator_not_allowed")
            .with("operator", operator)
            .with("allowed", names.join("  ")));
    }
    let mut operands = Vec::with_capacity(raw.values.len());
    for value in &raw.values {
        operands.push(literal::operand(&value.it, &path.field).map_err(|wrong| {
            let fault = fault(value.at, wrong.code).with("found", &value.it.text);
            wrong
                .choices
                .into_iter()
                .fold(fault, |fault, choices| fault.with("choices", choices))
        })?);
    }
    let operand = match operator {
        Operator::In | Operator::NotIn => Operand::List(operands),
        _ => operands.pop().unwrap_or(Operand::None),
    };
    Ok(Test {
        path,
        operator,
        operand,
    })
}
