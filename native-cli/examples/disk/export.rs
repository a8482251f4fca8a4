//! `export` straight into shards, and from a cache, against `render` of the same pictures.

use crate::{Bench, Measured, Place, ROUNDS, Result, bare, child::run, market};

impl Bench {
    pub fn export(&self) -> Result<()> {
        let market = self.scratch.join("sample.sqlite");
        if !market.exists() {
            market::sample(&market)?;
        }
        let cache = self.place();
        self.render(&market, &cache, &[])?;
        let export = |place: &Place, more: &[&str]| {
            let to = self.scratch.join(format!("set-{}", self.places.get())).to_string_lossy().into_owned();
            bare::sync(&self.scratch)?;
            let flags = [&["--as", "webdataset", "--to", &to], more].concat();
            run(&self.program, "export", &market, &place.root, &place.index, &flags)
        };
        for jobs in ["1", "2"] {
            let (mut render, mut rendered, mut cached) =
                (Measured::default(), Measured::default(), Measured::default());
            let jobs_flag = ["--jobs", jobs];
            for _ in 0..ROUNDS {
                render.add(&self.render(&market, &self.place(), &jobs_flag)?);
                rendered.add(&export(&self.place(), &[&jobs_flag[..], &["--render"]].concat())?);
                self.place();
                cached.add(&export(&cache, &jobs_flag)?);
            }
            let rate = |measured: &Measured| measured.pictures as f64 / measured.median();
            let (a, b, c) = (rate(&render), rate(&rendered), rate(&cached));
            println!(
                "| `export --render --as webdataset --jobs {jobs}` | {b:.0} pictures/s, {:.2} times `render`'s {a:.0} |",
                b / a
            );
            println!(
                "| `export --as webdataset --jobs {jobs}` from the cache | {c:.0} pictures/s, peak memory {} |",
                cached.memory()
            );
        }
        Ok(())
    }
}
