package fhirehose.hapi;

/** What -D properties may change. Without any: all writes as by default, on an H2 database in memory. */
record Settings(
    int port,
    String portFile,
    int requestsPerConnection,
    String databaseUrl,
    String databaseUser,
    String databasePassword,
    int databaseConnections,
    boolean references,
    boolean placeholders,
    boolean numericIds) {

  static Settings fromProperties() {
    return new Settings(
        Integer.getInteger("port", 0),
        System.getProperty("port.file", ""),
        Integer.getInteger("requests.per.connection", 100),
        System.getProperty("db.url", "jdbc:h2:mem:hapi;DB_CLOSE_DELAY=-1"),
        System.getProperty("db.user", "sa"),
        System.getProperty("db.password", ""),
        Integer.getInteger("db.connections", 20),
        flag("references", true),
        flag("placeholders", false),
        flag("numeric.ids", false));
  }

  boolean onPostgres() {
    return databaseUrl.startsWith("jdbc:postgresql");
  }

  private static boolean flag(String name, boolean otherwise) {
    return Boolean.parseBoolean(System.getProperty(name, Boolean.toString(otherwise)));
  }
}
