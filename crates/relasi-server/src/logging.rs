//! Log lines with their key-value pairs, as text or JSON.

use std::io::Write;

use chrono::{SecondsFormat, Utc};
use log::kv::{Error, Key, Value, VisitSource};
use serde_json::{Map, json};

use crate::config::{LogFormat, Place};

/// Starts logging to standard error.
pub fn start(place: &Place) {
    let format = place.log_format;
    let mut builder = env_logger::Builder::new();
    builder
        .parse_filters(&place.log)
        .format(move |out, record| {
            let time = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
            let mut pairs = Pairs(Map::new());
            // Collecting into a map cannot fail.
            drop(record.key_values().visit(&mut pairs));
            if format == LogFormat::Json {
                let mut line = Map::new();
                line.insert("time".into(), json!(time));
                line.insert("level".into(), json!(record.level().as_str()));
                line.insert("target".into(), json!(record.target()));
                line.insert("message".into(), json!(record.args().to_string()));
                line.extend(pairs.0);
                return writeln!(out, "{}", serde_json::Value::Object(line));
            }
            write!(
                out,
                "{time} {:5} {} {}",
                record.level(),
                record.target(),
                record.args()
            )?;
            for (name, value) in &pairs.0 {
                write!(out, " {name}={value}")?;
            }
            writeln!(out)
        });
    builder.init();
}

struct Pairs(Map<String, serde_json::Value>);

impl<'kvs> VisitSource<'kvs> for Pairs {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        let json = value
            .to_u64()
            .map_or_else(|| json!(value.to_string()), |number| json!(number));
        self.0.insert(key.to_string(), json);
        Ok(())
    }
}
