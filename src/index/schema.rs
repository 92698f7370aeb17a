//! The fields of the text index. Nothing is stored in it: hits come from `hits.bin`.

use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use crate::analysis::tokenizer::{BODY, TITLE};

/// The searchable fields.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// The group's name.
    pub name: Field,
    /// Its topics as published.
    pub topics: Field,
    /// Description, association, house.
    pub text: Field,
    /// Staff's own search words; found by, never shown.
    pub hidden: Field,
}

impl Fields {
    /// Returns the schema and its fields.
    pub fn schema() -> (Schema, Self) {
        let mut builder = Schema::builder();
        let mut field = |name: &str, tokenizer: &str| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(IndexRecordOption::WithFreqs);
            builder.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
        };
        let fields = Self {
            name: field("name", TITLE),
            topics: field("topics", TITLE),
            text: field("text", BODY),
            hidden: field("hidden", BODY),
        };
        (builder.build(), fields)
    }
}
