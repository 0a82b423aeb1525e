use std::{ffi::OsString, fs, path::PathBuf};

use super::{Layer, Refusal, Settings};

fn with(flags: Layer, file: &str, variables: &[(&str, &str)]) -> Result<Settings, Refusal> {
    let path = std::env::temp_dir().join(format!("upheld-config-{}.toml", uuid::Uuid::new_v4()));
    fs::write(&path, file).expect("a file in the temporary folder");
    let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let settings = Settings::resolve(flags, Some(path.clone()), variables);
    fs::remove_file(&path).expect("the file is ours");
    settings
}

fn refusal(file: &str, variables: &[(&str, &str)]) -> String {
    let error = with(Layer::default(), file, variables).expect_err("a refusal").to_string();
    assert!(!error.contains('\n'), "{error}");
    error
}

#[test]
fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
    let file = "listen = '127.0.0.1:3'\ndata_dir = 'three'\nworkers = 3\n";
    let variables = [("UPHELD_LISTEN", "127.0.0.1:2"), ("UPHELD_DATA_DIR", "two"), ("HOME", "/")];
    let flags = Layer { listen: Some("127.0.0.1:1".into()), ..Layer::default() };
    let settings = with(flags, file, &variables).expect("settings");
    assert_eq!(settings.listen.value.port(), 1);
    assert_eq!(settings.data_dir.value, PathBuf::from("two"));
    assert_eq!(settings.workers, 3);
    assert_eq!(settings.log.value, "info");
    assert_eq!(settings.database.url.value, "sqlite://two/upheld.db");
    assert_eq!(settings.base_url(settings.listen.value).to_string(), "http://127.0.0.1:1");
}

#[test]
fn unknown_keys_are_refused_by_name() {
    assert!(refusal("", &[("UPHELD_LISTEM", "x")]).starts_with("UPHELD_LISTEM: "));
    let error = refusal("listen = '127.0.0.1:1'\nlistem = 1\n", &[]);
    assert!(error.contains("line 2") && error.contains("listem"), "{error}");
    assert!(with(Layer::default(), "", &[("UPHELD_TEST_POSTGRES", "x"), ("UPHELD_DEMO", "")]).is_ok());
}

#[test]
fn a_bad_value_names_where_it_was_given() {
    assert!(refusal("", &[("UPHELD_LISTEN", "nowhere")]).starts_with("UPHELD_LISTEN: \"nowhere\""));
    assert!(refusal("listen = '1'", &[]).starts_with("listen in "));
    assert!(refusal("listen = 1", &[]).contains("line 1"));
    assert!(refusal("", &[("UPHELD_DEMO", "maybe")]).starts_with("UPHELD_DEMO: "));
    assert!(refusal("", &[("UPHELD_WORKERS", "0")]).starts_with("UPHELD_WORKERS: "));
    assert!(refusal("", &[("UPHELD_TRUSTED_PROXIES", "10.0.0.1,b")]).contains("\"b\""));
    assert!(refusal("base_url = 'https://a/b'", &[]).contains("base_url in "));
    let error = refusal("", &[("UPHELD_DATABASE_URL", "mysql://user:secret@host/db")]);
    assert!(error.starts_with("UPHELD_DATABASE_URL: ") && !error.contains("secret"), "{error}");
}

#[test]
fn the_demo_has_its_own_file_and_stays_on_loopback() {
    let settings = with(Layer::default(), "demo_fresh = true", &[]).expect("settings");
    assert!(settings.demo.value && settings.demo_fresh);
    assert_eq!(settings.database.own_file, Some(PathBuf::from("data/demo.db")));

    let error = refusal("demo = true\nlisten = '0.0.0.0:80'", &[]);
    assert!(error.contains("--allow-remote-demo"), "{error}");
    let told = "demo = true\nlisten = '0.0.0.0:80'\nallow_remote_demo = true";
    assert!(with(Layer::default(), told, &[]).is_ok());
}

#[test]
fn a_folder_with_marks_of_an_address_is_refused() {
    assert!(refusal("data_dir = 'a?mode=memory'", &[]).starts_with("data_dir in "));
}
